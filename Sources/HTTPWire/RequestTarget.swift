/// A request target taken apart (RFC 9112, 3.2), as ranges of the head.
package struct RequestTarget: Sendable {
  package enum Form: UInt8, Sendable {
    /// `/path?query`
    case origin
    /// `http://authority/path?query`
    case absolute
    /// `*`, with OPTIONS only; also what an absolute form without a path means there (RFC 9112, 3.2.4)
    case asterisk
  }

  package internal(set) var form = Form.origin
  /// The target as sent.
  package internal(set) var range = 0..<0
  /// The path with its leading slash; empty in `*` and in an absolute form without one, which means `/`.
  package internal(set) var path = 0..<0
  /// The query without its question mark; nil when there is none.
  package internal(set) var query: Range<Int>?
  /// The authority of an absolute form.
  package internal(set) var authority: Range<Int>?
  /// The absolute form said https.
  package internal(set) var isSecure = false
  /// The path has a percent-encoded byte.
  package internal(set) var hasPercentEncoding = false
  /// The path has a segment "." or "..", plainly or percent-encoded, or a backslash or slash or NUL that is
  /// percent-encoded: two servers may map it to two resources.
  package internal(set) var isAmbiguous = false

  /// Reads the target at `start` up to the space after it; nil when that has not arrived.
  mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, method: HTTPMethod
  ) throws(HTTPWireError) -> Int? {
    self = RequestTarget()
    guard start < bytes.count else { return nil }
    var index = start
    switch bytes[start] {
    case UInt8(ascii: "/"): break
    case UInt8(ascii: "*"):
      form = .asterisk
      guard start &+ 1 < bytes.count else { return nil }
      guard method == .options else { throw .invalidTargetForm }
      index = start &+ 1
    default:
      form = .absolute
      guard let end = try parseAuthority(bytes, from: start) else { return nil }
      index = end
    }
    guard let end = try parsePathAndQuery(bytes, from: index) else { return nil }
    guard bytes[end] == 0x20 else { throw refusal(bytes[end]) }
    if form == .asterisk, end != start &+ 1 { throw .invalidTarget }
    if form == .absolute, method == .options, path.isEmpty, query == nil { form = .asterisk }
    range = start..<end
    return end
  }

  private mutating func parsePathAndQuery(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(HTTPWireError) -> Int? {
    guard start < bytes.count else { return nil }
    var index = start
    // Without a slash there is no path: an absolute form may have none, and "*" has none.
    if bytes[start] == UInt8(ascii: "/") { index &+= 1 }
    var segment = index
    while index > start, index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "/") {
        checkSegment(bytes, segment..<index)
        segment = index &+ 1
      } else if byte == UInt8(ascii: "%") {
        guard try readEscape(bytes, at: index) else { return nil }
        hasPercentEncoding = true
      } else if !ByteSet.path.contains(byte) {
        break
      }
      index &+= 1
    }
    guard index < bytes.count else { return nil }
    checkSegment(bytes, segment..<index)
    path = start..<index
    guard bytes[index] == UInt8(ascii: "?") else { return index }
    return try parseQuery(bytes, from: index &+ 1)
  }

  private mutating func parseQuery(_ bytes: Span<UInt8>, from start: Int) throws(HTTPWireError) -> Int? {
    var index = start
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        guard try Self.escapedByte(bytes, at: index) != nil else { return nil }
      } else if !ByteSet.query.contains(bytes[index]) {
        query = start..<index
        return index
      }
      index &+= 1
    }
    return nil
  }

  /// False when the escape has not arrived whole.
  private mutating func readEscape(_ bytes: Span<UInt8>, at index: Int) throws(HTTPWireError) -> Bool {
    guard let byte = try Self.escapedByte(bytes, at: index) else { return false }
    if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") || byte == 0 { isAmbiguous = true }
    return true
  }

  private static func escapedByte(_ bytes: Span<UInt8>, at index: Int) throws(HTTPWireError) -> UInt8? {
    guard index &+ 1 < bytes.count else { return nil }
    guard let high = hexValue(bytes[index &+ 1]) else { throw .invalidPercentEncoding }
    guard index &+ 2 < bytes.count else { return nil }
    guard let low = hexValue(bytes[index &+ 2]) else { throw .invalidPercentEncoding }
    return high &<< 4 | low
  }

  @inline(__always)
  private mutating func checkSegment(_ bytes: Span<UInt8>, _ segment: Range<Int>) {
    guard !segment.isEmpty, bytes[segment.lowerBound] == 0x2E || bytes[segment.lowerBound] == 0x25 else {
      return
    }
    if Self.isDotSegment(bytes, segment) { isAmbiguous = true }
  }

  /// One or two dots, each plain or as %2e.
  private static func isDotSegment(_ bytes: Span<UInt8>, _ segment: Range<Int>) -> Bool {
    var index = segment.lowerBound
    var dots = 0
    while index < segment.upperBound {
      if bytes[index] == UInt8(ascii: ".") {
        index += 1
      } else if index + 2 < segment.upperBound, bytes[index] == UInt8(ascii: "%"),
        bytes[index + 1] == UInt8(ascii: "2"), bytes[index + 2] | 0x20 == UInt8(ascii: "e")
      {
        index += 3
      } else {
        return false
      }
      dots += 1
    }
    return dots <= 2
  }

  /// Reads `http://authority` or `https://authority`; the index after it.
  private mutating func parseAuthority(_ bytes: Span<UInt8>, from start: Int) throws(HTTPWireError) -> Int? {
    var index = start
    while index < bytes.count, lowercased(bytes[index]) &- 0x61 < 26 { index &+= 1 }
    guard index < bytes.count else { return index &- start > 5 ? try fail(.invalidTarget) : nil }
    guard bytes[index] == UInt8(ascii: ":") else { throw refusal(bytes[index]) }
    isSecure = bytes.equalsIgnoringCase("https", at: start..<index)
    guard isSecure || bytes.equalsIgnoringCase("http", at: start..<index) else { throw .invalidTargetForm }
    for offset in 1...2 {
      guard index &+ offset < bytes.count else { return nil }
      guard bytes[index &+ offset] == UInt8(ascii: "/") else { throw .invalidTarget }
    }
    let host = index &+ 3
    index = host
    while index < bytes.count, bytes[index] > 0x20, bytes[index] != UInt8(ascii: "/"),
      bytes[index] != UInt8(ascii: "?"), bytes[index] != UInt8(ascii: "#")
    {
      index &+= 1
    }
    guard index < bytes.count else { return nil }
    guard Authority.isValid(bytes, host..<index) else { throw .invalidHost }
    authority = host..<index
    return index
  }

  private func fail(_ error: HTTPWireError) throws(HTTPWireError) -> Int? { throw error }

  private func refusal(_ byte: UInt8) -> HTTPWireError {
    switch byte {
    case UInt8(ascii: "#"): .fragmentInTarget
    case 0x0D, 0x0A: .malformedRequestLine
    default: .invalidTarget
    }
  }
}
