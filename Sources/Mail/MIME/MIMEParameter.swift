/// Parameters of MIME header fields.
enum MIMEParameter {
  /// ` name=value` for a value of any content, on a line of its own where it is long. ASCII stands in
  /// quotes; anything else is written as RFC 2231 has it, in pieces that fit on a line.
  static func header(_ name: String, _ value: String) -> String {
    let value = HeaderText.cut(value, toBytes: 120)
    let isPlain = value.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain, value.utf8.count <= 60 { return "\r\n \(name)=\"\(value)\"" }
    return extended(name, value)
  }

  private static func extended(_ name: String, _ value: String) -> String {
    let pieces = pieces(of: value)
    guard pieces.count > 1 else { return "\r\n \(name)*=utf-8''\(pieces.joined())" }
    return pieces.enumerated()
      .map { "\r\n \(name)*\($0.offset)*=" + ($0.offset == 0 ? "utf-8''" : "") + $0.element }
      .joined(separator: ";")
  }

  /// Percent-encoded pieces of at most 51 octets, none of which splits a character.
  private static func pieces(of value: String) -> [String] {
    var pieces = [""]
    for scalar in value.unicodeScalars {
      let encoded = String(scalar).utf8
        .map { isAttributeCharacter($0) ? String(UnicodeScalar($0)) : percent($0) }.joined()
      if pieces[pieces.count - 1].utf8.count + encoded.utf8.count > 51 { pieces.append("") }
      pieces[pieces.count - 1] += encoded
    }
    return pieces
  }

  private static func isAttributeCharacter(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "-._~".utf8.contains(byte)
  }

  private static func percent(_ byte: UInt8) -> String {
    (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
  }
}
