package import Foundation

/// A value that can stand in a one-dimensional array.
package protocol PostgresArrayElement: Sendable {
  static var postgresArrayType: PostgresType { get }
  static func encodeArray(_ array: [Self], into parameters: inout PostgresParameters) throws(PostgresError)
  static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Self]
  /// Appends the binary form of one element.
  func encodeElement(into parameters: inout PostgresParameters) throws(PostgresError)
}

extension Array: PostgresEncodable, PostgresDecodable where Element: PostgresArrayElement {
  package static var postgresType: PostgresType { Element.postgresArrayType }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    try Element.encodeArray(self, into: &parameters)
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    self = try Element.decodeArray(bytes, type: type)
  }
}

/// The binary form is: dimensions, a flag for NULLs, the element type, length and lower bound, then every
/// element after its length (array_send in the server's arrayfuncs.c).
extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
  /// The element type in the header; that of a string is not left to the statement.
  private static var elementType: PostgresType {
    postgresType == .inferred ? .text : postgresType
  }

  package static func encodeArray(
    _ array: [Self], into parameters: inout PostgresParameters
  ) throws(PostgresError) {
    guard !array.isEmpty else { return parameters.put([0, 0, elementType.oid]) }
    parameters.put([1, 0, elementType.oid, UInt32(truncatingIfNeeded: array.count), 1])
    for element in array {
      try parameters.putCounted { (parameters) throws(PostgresError) in
        try element.encodeElement(into: &parameters)
      }
    }
  }

  package static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [Self] {
    guard type.isArray || type.isUserDefined else { throw .mismatch(type, [Self].self) }
    let dimensions = try bytes.integer(Int32.self)
    guard dimensions > 0 else { return [] }
    guard dimensions == 1 else { throw .decode("an array of more than one dimension") }
    let element = PostgresType(oid: try bytes.integer(at: 8))
    let count = Int(try bytes.integer(Int32.self, at: 12))
    var offset = 20
    // Every element takes four bytes at least, so a false count cannot make us reserve much.
    guard count >= 0, count <= (bytes.byteCount - offset) / 4 else { throw .decode("value is cut short") }
    var array: [Self] = []
    array.reserveCapacity(count)
    for _ in 0..<count {
      guard let part = try bytes.counted(at: &offset) else { throw .decode("an array with a NULL in it") }
      array.append(try Self(postgres: bytes.extracting(part), type: element))
    }
    return array
  }

  package func encodeElement(into parameters: inout PostgresParameters) throws(PostgresError) {
    try encode(into: &parameters)
  }
}

extension UInt8 {
  package func encodeElement(into parameters: inout PostgresParameters) throws(PostgresError) {
    parameters.put(self)
  }
}

extension Bool: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .boolArray }
}
extension Int: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .int8Array }
}
extension Int64: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .int8Array }
}
extension Int32: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .int4Array }
}
extension Int16: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .int2Array }
}
extension Double: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .float8Array }
}
extension Date: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .timestamptzArray }
}
extension UUID: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .uuidArray }
}
extension TimestampRange: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .tstzrangeArray }
}
extension String: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .textArray }

  package func encodeElement(into parameters: inout PostgresParameters) throws(PostgresError) {
    guard !hasNUL else { throw .encode("text cannot hold a NUL character") }
    parameters.put(contentsOf: utf8)
  }
}
