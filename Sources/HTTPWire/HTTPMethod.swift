/// A request method. Methods are case-sensitive (RFC 9110, 9.1); TRACE and CONNECT never get this
/// far.
package enum HTTPMethod: UInt8, Sendable {
  case get, head, post, put, patch, delete, options
  /// A well-formed method that we do not know.
  case other

  @inline(__always)
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPWireError) {
    switch range.count {
    case 3 where bytes.equals("GET", at: range): self = .get
    case 3 where bytes.equals("PUT", at: range): self = .put
    case 4 where bytes.equals("POST", at: range): self = .post
    case 4 where bytes.equals("HEAD", at: range): self = .head
    case 5 where bytes.equals("PATCH", at: range): self = .patch
    case 5 where bytes.equals("TRACE", at: range): throw .methodNotSupported
    case 6 where bytes.equals("DELETE", at: range): self = .delete
    case 7 where bytes.equals("OPTIONS", at: range): self = .options
    case 7 where bytes.equals("CONNECT", at: range): throw .methodNotSupported
    default:
      if Self.isLookalike(bytes, range) { throw .methodNotSupported }
      self = .other
    }
  }

  /// A method that differs from a known one by case alone: another method by the book, the same one to lenient
  /// servers.
  private static func isLookalike(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let known: [StaticString] = [
      "get", "head", "post", "put", "patch", "delete", "options", "trace", "connect",
    ]
    return known.contains { bytes.equalsIgnoringCase($0, at: range) }
  }

  /// Changes nothing by definition, so it may be sent again whatever happened (RFC 9110, 9.2.1).
  package var isSafe: Bool { self == .get || self == .head || self == .options }

  /// Sending it twice is the same as sending it once (RFC 9110, 9.2.2).
  package var isIdempotent: Bool { isSafe || self == .put || self == .delete }
}
