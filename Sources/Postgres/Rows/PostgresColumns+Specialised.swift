package import Foundation

/// The types that most columns have, each by name: across modules a generic call looks up its type's metadata anew for
/// every column (4 to 5 % of a request's CPU).
extension PostgresColumns {
  package mutating func next(_: Int.Type = Int.self) throws(PostgresError) -> Int { try read() }

  package mutating func next(_: Int?.Type = Int?.self) throws(PostgresError) -> Int? { try read() }

  package mutating func next(_: Int32.Type = Int32.self) throws(PostgresError) -> Int32 { try read() }

  package mutating func next(_: Bool.Type = Bool.self) throws(PostgresError) -> Bool { try read() }

  package mutating func next(_: String.Type = String.self) throws(PostgresError) -> String { try read() }

  package mutating func next(_: String?.Type = String?.self) throws(PostgresError) -> String? { try read() }

  package mutating func next(_: Date.Type = Date.self) throws(PostgresError) -> Date { try read() }

  package mutating func next(_: Date?.Type = Date?.self) throws(PostgresError) -> Date? { try read() }

  package mutating func next(_: [String].Type = [String].self) throws(PostgresError) -> [String] {
    try read()
  }

  package mutating func next(_: [UInt8]?.Type = [UInt8]?.self) throws(PostgresError) -> [UInt8]? {
    try read()
  }

  package mutating func next(_: [UInt8].Type = [UInt8].self) throws(PostgresError) -> [UInt8] { try read() }
}
