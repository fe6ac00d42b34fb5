/// A value that a column can be read as.
package protocol PostgresDecodable {
  /// Reads the binary form of a column that is not NULL; throws `.decode` for a type that does not fit.
  init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError)
  /// What NULL reads as; nil where NULL is an error.
  static var postgresNull: Self? { get }
}

extension PostgresDecodable {
  package static var postgresNull: Self? { nil }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
  /// An enum with a raw value is read as that value; one it does not know is an error.
  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    let raw = try RawValue(postgres: bytes, type: type)
    guard let value = Self(rawValue: raw) else { throw .decode("\(raw) is no \(Self.self)") }
    self = value
  }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    self = .some(try Wrapped(postgres: bytes, type: type))
  }

  package static var postgresNull: Wrapped?? { .some(.none) }
}

extension PostgresError {
  static func decode(_ reason: String) -> PostgresError { PostgresError(.decode(reason), outcome: .failed) }

  static func encode(_ reason: String) -> PostgresError { PostgresError(.encode(reason), outcome: .notSent) }

  static func mismatch(_ type: PostgresType, _ target: Any.Type) -> PostgresError {
    decode("a column of type \(type.oid) cannot be read as \(target)")
  }
}
