/// Makes any string safe as a URI value: what must not stand there is percent-encoded.
enum URIText {
  /// A whole URI. Its own percent signs and delimiters stay.
  static func uri(_ text: String) -> String {
    encoded(text) { $0 > 0x20 && $0 < 0x7F && !#""<>\^`{|}"#.utf8.contains($0) }
  }

  /// The mailbox of a `mailto:` (RFC 6068 section 2).
  static func mailbox(_ text: String) -> String {
    encoded(text) { isLetterOrDigit($0) || "@.-_+!$'*~".utf8.contains($0) }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func encoded(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in ContentText.bounded(text).utf8 {
      if isKept(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
