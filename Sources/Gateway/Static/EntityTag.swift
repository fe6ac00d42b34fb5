/// A strong entity tag (RFC 9110, section 8.8.3): a digest of the bytes that are sent, so that every encoding of a
/// file has its own and every instance of the gateway the same.
package struct EntityTag: Sendable, Equatable {
  /// With its quotes.
  package let bytes: [UInt8]

  /// FNV-1a, 64 bits, and the length: versions of one file are told apart, nobody attacks his own site.
  package init(of content: [UInt8]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in content { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    bytes = Array("\"\(String(hash, radix: 36))-\(String(content.count, radix: 36))\"".utf8)
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether the value of If-None-Match names this tag, weakly compared (section 13.1.2), or of If-Match,
  /// strongly compared (section 13.1.1). A list that cannot be read names nothing.
  package func isNamed(_ value: Range<Int>, in list: Span<UInt8>, strongly: Bool = false) -> Bool {
    if list.extracting(value).equals("*") { return true }
    var index = value.lowerBound
    while index < value.upperBound {
      var isWeak = false
      if list[index].isBlank || list[index] == UInt8(ascii: ",") {
        index += 1
        continue
      }
      if list[index] == UInt8(ascii: "W"), index + 1 < value.upperBound, list[index + 1] == UInt8(ascii: "/")
      {
        isWeak = true
        index += 2
      }
      guard index < value.upperBound, list[index] == UInt8(ascii: "\""),
        let end = list.firstIndex(of: UInt8(ascii: "\""), in: index + 1..<value.upperBound)
      else { return false }
      if !(strongly && isWeak), list.extracting(index..<end + 1).equals(bytes.span) { return true }
      index = end + 1
    }
    return false
  }
}
