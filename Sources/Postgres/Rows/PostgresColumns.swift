/// The columns of a row, read once from left to right into the types that the caller names.
package struct PostgresColumns: Sendable {
  private let row: PostgresRow
  private var position = 0

  init(row: PostgresRow) { self.row = row }

  /// The next column. Throws `.decode` past the last one, for NULL where `T` is not optional, and where the
  /// column's type is not one that `T` reads.
  package mutating func next<T: PostgresDecodable>(_ type: T.Type = T.self) throws(PostgresError) -> T {
    try read()
  }

  @inline(__always)
  mutating func read<T: PostgresDecodable>() throws(PostgresError) -> T {
    defer { position += 1 }
    return try row.decode(T.self, at: position)
  }

  /// Passes over columns that are not wanted.
  package mutating func skip(_ count: Int = 1) { position += count }
}
