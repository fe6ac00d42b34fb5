/// Makes one number of the text that names a caller: the same on every gateway, so that gateways can share what
/// he has used. It keeps no secret and needs none: who finds another text with the number of his own shares his
/// own budget, and the number of somebody's key cannot be aimed at without the key.
package enum KeyIdentity {
  package static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

  package static func of(_ bytes: Span<UInt8>) -> UInt64 {
    var hash = golden ^ UInt64(truncatingIfNeeded: bytes.count)
    var word: UInt64 = 0
    var filled = 0
    for index in bytes.indices {
      word = word << 8 | UInt64(bytes[index])
      filled += 1
      if filled == 8 {
        hash = fold(hash ^ word, second)
        (word, filled) = (0, 0)
      }
    }
    return fold(hash ^ word, golden ^ hash &+ second)
  }

  package static func of(_ text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return of(bytes.span)
  }

  /// Both halves of a full product, folded.
  @inline(__always)
  package static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}
