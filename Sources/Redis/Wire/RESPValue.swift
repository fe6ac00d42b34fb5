/// One reply of Redis (RESP2).
package enum RESPValue: Sendable, Equatable {
  /// A bulk string or array that is not there.
  case null
  case integer(Int)
  /// A short answer such as `OK`.
  case status(String)
  case bulk([UInt8])
  case array([RESPValue])
  /// An error inside an array; as the whole reply it is thrown instead.
  case error(String)

  /// The bytes of a bulk string or status.
  package var bytes: [UInt8]? {
    switch self {
    case .bulk(let bytes): bytes
    case .status(let text): Array(text.utf8)
    default: nil
    }
  }

  /// The text of a bulk string or status; bytes that are not UTF-8 are replaced.
  package var string: String? {
    switch self {
    case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
    case .status(let text): text
    default: nil
    }
  }

  package var integer: Int? { if case .integer(let value) = self { value } else { nil } }
  package var array: [RESPValue]? { if case .array(let values) = self { values } else { nil } }
  package var isNull: Bool { self == .null }
}
