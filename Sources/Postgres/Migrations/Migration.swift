/// One numbered change of the schema.
struct Migration: Sendable, Equatable {
  let number: Int
  let name: String
  let sql: String

  /// `0001_create_users` or `0001_create_users.sql`; the digits up to the first underscore are the number.
  init(name: String, sql: String) throws(MigrationError) {
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0, name.dropFirst(digits.count).first == "_" else {
      throw .badName(name)
    }
    self.number = number
    self.name = name.hasSuffix(".sql") ? String(name.dropLast(4)) : name
    self.sql = sql
  }

  /// Tells an edited text from the one that ran: FNV-1a over its bytes, in hexadecimal.
  var checksum: String {
    let hash = sql.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    return String(hash, radix: 16)
  }
}

/// A row of `schema_migrations`.
struct AppliedMigration: Sendable, Equatable {
  let number: Int
  let name: String
  let checksum: String
}
