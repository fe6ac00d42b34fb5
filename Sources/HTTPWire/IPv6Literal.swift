/// The grammar of an IPv6 address in a URI (RFC 3986, 3.2.2): eight groups of one to four hexadecimal digits,
/// one run of groups as "::", the last two groups as a dotted quad if need be, no zone.
enum IPv6Literal {
  static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    var groups = 0
    var hasGap = false
    if starts(bytes, "::", index, range) {
      hasGap = true
      index += 2
      if index == range.upperBound { return true }
    }
    while true {
      if isDottedQuad(bytes, index..<range.upperBound) {
        groups += 2
        break
      }
      guard let end = groupEnd(bytes, index..<range.upperBound) else { return false }
      groups += 1
      index = end
      if index == range.upperBound { break }
      if starts(bytes, "::", index, range) {
        guard !hasGap else { return false }
        hasGap = true
        index += 2
        if index == range.upperBound { break }
      } else {
        guard bytes[index] == UInt8(ascii: ":") else { return false }
        index += 1
      }
    }
    return hasGap ? groups <= 7 : groups == 8
  }

  private static func starts(
    _ bytes: Span<UInt8>, _ text: StaticString, _ index: Int, _ range: Range<Int>
  ) -> Bool {
    index + text.utf8CodeUnitCount <= range.upperBound
      && bytes.equals(text, at: index..<index + text.utf8CodeUnitCount)
  }

  private static func groupEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while index < range.upperBound, hexValue(bytes[index]) != nil { index += 1 }
    return (1...4).contains(index - range.lowerBound) ? index : nil
  }

  /// Four numbers of 0 to 255 without leading zeros.
  private static func isDottedQuad(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for part in 0..<4 {
      if part > 0 {
        guard index < range.upperBound, bytes[index] == UInt8(ascii: ".") else { return false }
        index += 1
      }
      let start = index
      var value = 0
      while index < range.upperBound, isDigit(bytes[index]), index - start < 3 {
        value = value * 10 + Int(bytes[index] &- 0x30)
        index += 1
      }
      guard index > start, value <= 255, index == start + 1 || bytes[start] != UInt8(ascii: "0") else {
        return false
      }
    }
    return index == range.upperBound
  }
}
