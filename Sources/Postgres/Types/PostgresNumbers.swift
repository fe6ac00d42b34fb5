extension PostgresEncodable where Self: FixedWidthInteger {
  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(self)
  }
}

extension PostgresDecodable where Self: FixedWidthInteger {
  /// Any whole-number column whose value fits, `numeric` (what `sum` gives) included.
  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    let value: Int64
    switch type {
    case .int8: value = try bytes.integer()
    case .int4: value = Int64(try bytes.integer(Int32.self))
    case .int2: value = Int64(try bytes.integer(Int16.self))
    case .oidType: value = Int64(try bytes.integer(UInt32.self))
    case .numeric:
      guard let whole = try PostgresNumeric(bytes).integer else { throw .mismatch(type, Self.self) }
      value = whole
    default: throw .mismatch(type, Self.self)
    }
    guard let exact = Self(exactly: value) else { throw .decode("\(value) does not fit \(Self.self)") }
    self = exact
  }
}

/// `int8`.
extension Int: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .int8 }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(Int64(self))
  }
}

/// `int8`.
extension Int64: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .int8 }
}

/// `int4`.
extension Int32: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .int4 }
}

/// `int2`.
extension Int16: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .int2 }
}

/// `float8`.
extension Double: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .float8 }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(bitPattern)
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    switch type {
    case .float8: self = Double(bitPattern: try bytes.integer())
    case .float4: self = Double(Float(bitPattern: try bytes.integer()))
    case .numeric: self = try PostgresNumeric(bytes).double
    default: self = Double(try Int64(postgres: bytes, type: type))
    }
  }
}

/// `bool`.
extension Bool: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .bool }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(UInt8(self ? 1 : 0))
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    guard type == .bool else { throw .mismatch(type, Bool.self) }
    self = try bytes.integer(UInt8.self) != 0
  }
}
