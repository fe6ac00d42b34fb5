import Foundation

/// `text`, and whatever else the server reads from quoted text: enums, domains, `date`, `inet`.
///
/// The type is left to the statement, so write `$1::text` where it cannot be told from the context.
extension String: PostgresEncodable, PostgresDecodable {
  package static var postgresType: PostgresType { .inferred }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    guard !hasNUL else { throw .encode("text cannot hold a NUL character") }
    parameters.putText(utf8)
  }

  /// By memchr: `contains` looks at each byte by itself.
  var hasNUL: Bool {
    unsafe utf8.withContiguousStorageIfAvailable { bytes in
      unsafe bytes.baseAddress.map { unsafe memchr($0, 0, bytes.count) != nil } ?? false
    } ?? utf8.contains(0)
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    switch type {
    case .text, .varchar, .bpchar, .name, .char, .unknown, .json: self = bytes.string
    case .jsonb: self = try JSONBytes(postgres: bytes, type: type).string
    case .uuid: self = try UUID(postgres: bytes, type: type).uuidString.lowercased()
    case .date: self = try CalendarDay(postgres: bytes).description
    case .void: self = ""
    default:
      // Enums and domains over text travel as their text; any other type of an extension is not ours to read.
      guard type.isUserDefined else { throw .mismatch(type, String.self) }
      self = bytes.string
    }
  }
}

/// `bytea`, as arrays of `UInt8`.
extension UInt8: PostgresArrayElement {
  package static var postgresArrayType: PostgresType { .bytea }

  package static func encodeArray(
    _ array: [UInt8], into parameters: inout PostgresParameters
  ) throws(PostgresError) {
    parameters.put(contentsOf: array)
  }

  package static func decodeArray(_ bytes: RawSpan, type: PostgresType) throws(PostgresError) -> [UInt8] {
    switch type {
    case .jsonb: try JSONBytes(postgres: bytes, type: type).bytes
    case .bytea, .text, .varchar, .json: bytes.array
    default: throw .mismatch(type, [UInt8].self)
    }
  }
}

/// `jsonb`: the document as bytes, neither parsed nor checked on this side.
package struct JSONBytes: PostgresEncodable, PostgresDecodable, Equatable {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ text: String) { bytes = Array(text.utf8) }

  package var string: String { String(decoding: bytes, as: UTF8.self) }

  package static var postgresType: PostgresType { .jsonb }

  package func encode(into parameters: inout PostgresParameters) throws(PostgresError) {
    guard !bytes.contains(0) else { throw .encode("JSON cannot hold a NUL byte") }
    parameters.putText(bytes)
  }

  package init(postgres bytes: RawSpan, type: PostgresType) throws(PostgresError) {
    switch type {
    case .json, .text: self.bytes = bytes.array
    case .jsonb:
      // jsonb_send: one version byte before the text.
      guard try bytes.integer(UInt8.self) == 1 else { throw .decode("unknown jsonb version") }
      self.bytes = bytes.extracting(droppingFirst: 1).array
    default: throw .mismatch(type, JSONBytes.self)
    }
  }
}
