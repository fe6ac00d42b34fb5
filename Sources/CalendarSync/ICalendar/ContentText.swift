/// The TEXT type of RFC 5545, section 3.3.11.
enum ContentText {
  /// Line ends of every kind become `\n`; control characters, which TEXT must not hold, are dropped.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    var isAfterReturn = false
    for scalar in bounded(text).unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case ";": escaped += "\\;"
      case ",": escaped += "\\,"
      case "\n": if !isAfterReturn { escaped += "\\n" }
      case "\r", "\u{2028}", "\u{2029}": escaped += "\\n"
      case "\t": escaped += "\t"
      default: if !isControl(scalar) { escaped.unicodeScalars.append(scalar) }
      }
      isAfterReturn = scalar == "\r"
    }
    return escaped
  }

  /// C0, DEL and C1.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  }

  /// `text`, or as many of its whole characters as ``ContentLineWriter/maximumTextBytes`` holds.
  static func bounded(_ text: String) -> String {
    guard text.utf8.count > ContentLineWriter.maximumTextBytes else { return text }
    var kept = String.UnicodeScalarView()
    var used = 0
    for scalar in text.unicodeScalars {
      used += UTF8.width(scalar)
      if used > ContentLineWriter.maximumTextBytes { break }
      kept.append(scalar)
    }
    return String(kept)
  }
}
