/// Quoted-printable (RFC 2045 section 6.7) for text: line ends of every kind become CRLF.
enum QuotedPrintable {
  /// The largest line, its soft break included.
  private static let maximumLineBytes = 76

  /// The encoded text; its last line is ended too.
  static func encode(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count * 9 / 8 + 64)
    let unified = text.replacing("\r\n", with: "\n").utf8
    for line in unified.split(omittingEmptySubsequences: false, whereSeparator: isLineEnd) {
      encodeLine(line, to: &output)
    }
    return output
  }

  private static func encodeLine(_ line: Substring.UTF8View, to output: inout [UInt8]) {
    var used = 0
    var rest = line[...]
    while let byte = rest.popFirst() {
      let isLiteral = isPrintable(byte) || (isBlank(byte) && !rest.isEmpty)
      let width = isLiteral ? 1 : 3
      // The last character of a line needs no room for a soft break after it.
      if used + width > (rest.isEmpty ? maximumLineBytes : maximumLineBytes - 1) {
        output.append(contentsOf: "=\r\n".utf8)
        used = 0
      }
      used += width
      if isLiteral { output.append(byte) } else { appendEscape(byte, to: &output) }
    }
    output.append(contentsOf: "\r\n".utf8)
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "="))
    output.append(digit(byte >> 4))
    output.append(digit(byte & 0xF))
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }

  private static func isPrintable(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
