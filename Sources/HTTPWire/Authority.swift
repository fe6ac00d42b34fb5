/// The grammar of `host [":" port]` (RFC 3986, 3.2.2), without user info and with a host that is not empty
/// (RFC 9110, 4.2.1).
package enum Authority {
  package static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let hostEnd = hostEnd(bytes, range) else { return false }
    return hostEnd == range.upperBound || isPort(bytes, hostEnd..<range.upperBound)
  }

  /// Whether two authorities name the same host and port; a missing or empty port is `defaultPort`.
  static func areEqual(
    _ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>, defaultPort: Int
  ) -> Bool {
    guard let leftEnd = hostEnd(bytes, left), let rightEnd = hostEnd(bytes, right) else { return false }
    return bytes.equalsIgnoringCase(left.lowerBound..<leftEnd, at: right.lowerBound..<rightEnd)
      && port(bytes, leftEnd..<left.upperBound, defaultPort)
        == port(bytes, rightEnd..<right.upperBound, defaultPort)
  }

  /// Where the host ends; nil when it is not a host.
  private static func hostEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty else { return nil }
    if bytes[range.lowerBound] == UInt8(ascii: "[") { return literalEnd(bytes, range) }
    var index = range.lowerBound
    while index < range.upperBound {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < range.upperBound, let high = hexValue(bytes[index + 1]),
          let low = hexValue(bytes[index + 2]), isHarmless(high &<< 4 | low)
        else { return nil }
        index += 3
      } else if bytes[index] == UInt8(ascii: ",") {
        // The grammar allows it, but it is also how two Host lines look once somebody has joined them.
        return nil
      } else if ByteSet.regName.contains(bytes[index]) {
        index &+= 1
      } else {
        break
      }
    }
    return index > range.lowerBound && (index == range.upperBound || bytes[index] == UInt8(ascii: ":"))
      ? index : nil
  }

  /// An encoded byte that would mean something else decoded: a control byte, a space or a delimiter.
  private static func isHarmless(_ byte: UInt8) -> Bool {
    byte >= 0x80 || ByteSet.regName.contains(byte) && byte != UInt8(ascii: ",")
  }

  private static func literalEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound + 1
    while index < range.upperBound, bytes[index] != UInt8(ascii: "]") { index += 1 }
    guard index < range.upperBound else { return nil }
    let literal = range.lowerBound + 1..<index
    guard IPv6Literal.isValid(bytes, literal) || isFutureLiteral(bytes, literal) else { return nil }
    return index + 1
  }

  /// `v` HEX+ `.` (unreserved / sub-delims / ":")+
  private static func isFutureLiteral(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 4, bytes[range.lowerBound] | 0x20 == UInt8(ascii: "v") else { return false }
    var index = range.lowerBound + 1
    while index < range.upperBound, hexValue(bytes[index]) != nil { index += 1 }
    guard index > range.lowerBound + 1, index + 1 < range.upperBound, bytes[index] == UInt8(ascii: ".") else {
      return false
    }
    return (index + 1..<range.upperBound).allSatisfy {
      ByteSet.regName.contains(bytes[$0]) || bytes[$0] == UInt8(ascii: ":")
    }
  }

  /// A colon and digits, at most 65,535; no digits are allowed too.
  private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard bytes[range.lowerBound] == UInt8(ascii: ":") else { return false }
    var value = 0
    for index in range.dropFirst() {
      guard isDigit(bytes[index]) else { return false }
      value = value * 10 + Int(bytes[index] &- 0x30)
      if value > 65_535 { return false }
    }
    return true
  }

  private static func port(_ bytes: Span<UInt8>, _ range: Range<Int>, _ defaultPort: Int) -> Int {
    guard range.count > 1 else { return defaultPort }
    return range.dropFirst().reduce(0) { $0 * 10 + Int(bytes[$1] &- 0x30) }
  }
}
