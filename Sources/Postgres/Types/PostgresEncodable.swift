/// A value that can be a statement's parameter.
package protocol PostgresEncodable: Sendable {
  /// The server's type for it; also that of a NULL.
  static var postgresType: PostgresType { get }
  /// Appends the value; the buffer has written its header already.
  func encode(into parameters: inout PostgresParameters) throws(PostgresError)
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
  /// An enum with a raw value is sent as that value: `enum Status: String, PostgresEncodable`.
  package static var postgresType: PostgresType { RawValue.postgresType }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    try rawValue.encode(into: &parameters)
  }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
  package static var postgresType: PostgresType { Wrapped.postgresType }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    if let self { try self.encode(into: &parameters) } else { parameters.putNull() }
  }
}
