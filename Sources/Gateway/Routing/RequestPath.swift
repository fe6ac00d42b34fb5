/// The path of an origin-form target (RFC 9112, section 3.2.1), checked so that gateway and origin cannot
/// read it in two ways.
///
/// Refused: a dot segment, an empty segment, a backslash, a fragment, a byte outside of visible ASCII, a broken
/// percent-encoding, and an encoded slash, backslash or control byte. What is left has one reading, so
/// limits and tokens asked for on a path cannot be walked around by spelling it differently.
package struct RequestPath: Sendable, Equatable {
  /// Where the path lies in the target; what follows it is nothing or `?` and the query.
  package let range: Range<Int>
  /// Whether it holds percent-encodings, so that matching has to look at the decoded bytes.
  package let isEncoded: Bool

  /// The path of a target that has none, `http://host`: the root.
  package static let root = RequestPath()

  private init() {
    range = 0..<0
    isEncoded = false
  }

  /// Reads and checks the target at `range` of `bytes`.
  package init(_ range: Range<Int>, in bytes: Span<UInt8>) throws(PathRefusal) {
    guard let first = range.first, bytes[first] == UInt8(ascii: "/") else { throw .notAPath }
    var encoded = false
    var segmentStart = first + 1
    var index = first + 1
    while index < range.upperBound {
      let byte = bytes[index]
      if Self.isPlain(byte) {
        index += 1
      } else if byte == UInt8(ascii: "/") {
        guard index > segmentStart else { throw .emptySegment }
        try Self.checkSegment(segmentStart..<index, in: bytes)
        index += 1
        segmentStart = index
      } else if byte == UInt8(ascii: "?") {
        break
      } else {
        try Self.checkEncoding(at: index, end: range.upperBound, in: bytes)
        encoded = true
        index += 3
      }
    }
    try Self.checkSegment(segmentStart..<index, in: bytes)
    self.range = first..<index
    isEncoded = encoded
  }

  /// Visible ASCII that means itself in a path.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "%"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\\"): false
    default: byte > 0x20 && byte < 0x7f
    }
  }

  private static func checkEncoding(at index: Int, end: Int, in bytes: Span<UInt8>) throws(PathRefusal) {
    guard bytes[index] == UInt8(ascii: "%") else {
      throw bytes[index] == UInt8(ascii: "\\") ? .backslash : .badByte
    }
    guard index + 2 < end, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue else {
      throw .badEncoding
    }
    switch high << 4 | low {
    case UInt8(ascii: "/"): throw .encodedSlash
    case UInt8(ascii: "\\"): throw .backslash
    // Two of them can begin no character of UTF-8 but an overlong one, such as %C0%AF for a slash.
    case 0..<0x20, 0x7f, 0xC0, 0xC1: throw .badEncoding
    default: return
    }
  }

  /// Refuses `.` and `..`, however they are spelled, also with path parameters behind them (`..;a=b`), which some
  /// servers cut off before they look.
  @inline(__always)
  private static func checkSegment(_ range: Range<Int>, in bytes: Span<UInt8>) throws(PathRefusal) {
    guard !range.isEmpty, bytes[range.lowerBound] == 0x2E || bytes[range.lowerBound] == 0x25 else { return }
    try checkDots(range, in: bytes)
  }

  private static func checkDots(_ range: Range<Int>, in bytes: Span<UInt8>) throws(PathRefusal) {
    var index = range.lowerBound
    var dots = 0
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: ".") {
        index += 1
      } else if bytes[index] == UInt8(ascii: "%"), bytes[index + 1] == UInt8(ascii: "2"),
        bytes[index + 2].lowercasedASCII == UInt8(ascii: "e")
      {
        index += 3
      } else if bytes[index] == UInt8(ascii: ";") || isEncodedSemicolon(bytes, index, range) {
        break
      } else {
        return
      }
      dots += 1
    }
    if dots == 1 || dots == 2 { throw .dotSegment }
  }
}

extension RequestPath {
  private static func isEncodedSemicolon(_ bytes: Span<UInt8>, _ index: Int, _ range: Range<Int>) -> Bool {
    index + 2 < range.upperBound && bytes[index] == UInt8(ascii: "%") && bytes[index + 1] == UInt8(ascii: "3")
      && bytes[index + 2].lowercasedASCII == UInt8(ascii: "b")
  }

  /// The path with its percent-encodings resolved.
  package func decoded(in bytes: Span<UInt8>) -> [UInt8] {
    bytes.percentDecoded(range)
  }
}
