/// Makes hostile text safe inside one log line: whatever could end the line, move a terminal's cursor or
/// reorder what a person reads is written as an escape, and the length is bounded.
enum LogEscaping {
  enum Style {
    /// Inside a JSON string: `\n`, `\u001b`.
    case json
    /// Inside the text format: quotes and backslashes too, so that a quoted value ends where it seems to.
    case quoted
    /// The message of the text format, which stands without quotes.
    case plain
  }

  /// Appends `text`, cut after `limit` bytes at a whole character and then marked with an ellipsis.
  static func append(_ text: String, as style: Style, limit: Int, to bytes: inout [UInt8]) {
    var used = 0
    for scalar in text.unicodeScalars {
      used += UTF8.width(scalar)
      guard used <= limit else {
        bytes.append(contentsOf: "…".utf8)
        return
      }
      append(scalar, as: style, to: &bytes)
    }
  }

  private static func append(_ scalar: Unicode.Scalar, as style: Style, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"" where style != .plain: bytes.append(contentsOf: #"\""#.utf8)
    case "\\" where style != .plain: bytes.append(contentsOf: #"\\"#.utf8)
    case "\n": bytes.append(contentsOf: #"\n"#.utf8)
    case "\r": bytes.append(contentsOf: #"\r"#.utf8)
    case "\t": bytes.append(contentsOf: #"\t"#.utf8)
    default:
      if isDangerous(scalar) {
        appendUnicodeEscape(scalar, to: &bytes)
      } else {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
  }

  /// C0, DEL, C1, line and paragraph separators, and the controls that change the direction of text.
  private static func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// All dangerous scalars are in the basic plane, so four digits are enough.
  private static func appendUnicodeEscape(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: #"\u"#.utf8)
    for shift in stride(from: 12, through: 0, by: -4) {
      bytes.append(Hex.digit(UInt8(scalar.value >> UInt32(shift) & 0xF)))
    }
  }
}
