/// A type of the server by its object id (`pg_type.oid`); built-in ids never change.
package struct PostgresType: Sendable, Equatable {
  package let oid: UInt32

  package init(oid: UInt32) { self.oid = oid }

  /// Lets the server decide from the statement's text.
  static let inferred = PostgresType(oid: 0)

  static let bool = PostgresType(oid: 16)
  static let bytea = PostgresType(oid: 17)
  static let char = PostgresType(oid: 18)
  static let name = PostgresType(oid: 19)
  static let int8 = PostgresType(oid: 20)
  static let int2 = PostgresType(oid: 21)
  static let int4 = PostgresType(oid: 23)
  static let text = PostgresType(oid: 25)
  static let oidType = PostgresType(oid: 26)
  static let json = PostgresType(oid: 114)
  static let float4 = PostgresType(oid: 700)
  static let float8 = PostgresType(oid: 701)
  static let unknown = PostgresType(oid: 705)
  static let bpchar = PostgresType(oid: 1042)
  static let varchar = PostgresType(oid: 1043)
  static let date = PostgresType(oid: 1082)
  static let timestamp = PostgresType(oid: 1114)
  static let timestamptz = PostgresType(oid: 1184)
  static let numeric = PostgresType(oid: 1700)
  static let void = PostgresType(oid: 2278)
  static let uuid = PostgresType(oid: 2950)
  static let jsonb = PostgresType(oid: 3802)
  static let tstzrange = PostgresType(oid: 3910)

  static let boolArray = PostgresType(oid: 1000)
  static let int2Array = PostgresType(oid: 1005)
  static let int4Array = PostgresType(oid: 1007)
  static let textArray = PostgresType(oid: 1009)
  static let int8Array = PostgresType(oid: 1016)
  static let float8Array = PostgresType(oid: 1022)
  static let timestamptzArray = PostgresType(oid: 1185)
  static let uuidArray = PostgresType(oid: 2951)
  static let tstzrangeArray = PostgresType(oid: 3911)

  /// Whether it is an array of a built-in type that can be read.
  var isArray: Bool {
    switch oid {
    case 1000, 1001, 1003, 1005, 1007, 1009, 1014, 1015, 1016, 1021, 1022, 1115, 1182, 1185, 1231, 2951, 3807,
      3911:
      true
    default: false
    }
  }

  /// Types above belong to the database: enums, domains' bases, extensions.
  var isUserDefined: Bool { oid >= 16384 }
}
