import JSON
import Postgres

extension PostgresColumns {
  /// A jsonb column as a tree; nil for NULL.
  mutating func json() throws -> JSONValue? {
    guard let bytes = try next([UInt8]?.self) else { return nil }
    return try JSONValue(parsing: bytes)
  }
}
