/// A parameter of a content line (RFC 5545 section 3.2).
struct ContentLineParameter {
  let name: String
  let value: String

  /// A value that is known to need no quotes.
  static func token(_ name: String, _ value: String) -> Self {
    ContentLineParameter(name: name, value: value)
  }

  /// Any text, in double quotes. A quoted value cannot hold a double quote, so RFC 6868 would write one as
  /// `^'`; most calendar programs show that as it is, and an apostrophe reads better everywhere. Line
  /// ends become spaces.
  static func quoted(_ name: String, _ text: String) -> Self {
    var value = "\""
    for scalar in ContentText.bounded(text).unicodeScalars {
      switch scalar {
      case "\"": value += "'"
      case "^": value += "^^"
      case "\n", "\r", "\t": value += " "
      default: if !ContentText.isControl(scalar) { value.unicodeScalars.append(scalar) }
      }
    }
    return ContentLineParameter(name: name, value: value + "\"")
  }

  /// As ``quoted(_:_:)``, without quotes for plain words.
  static func quotedIfNeeded(_ name: String, _ text: String) -> Self {
    let isPlain = text.utf8.allSatisfy {
      (0x2D...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x5F
    }
    return isPlain ? token(name, text) : quoted(name, text)
  }
}

/// Writes content lines: escaped, folded, ended by CRLF (RFC 5545 section 3.1).
struct ContentLineWriter {
  /// The largest text of one property in octets, before escaping; the rest is cut off.
  static let maximumTextBytes = 8192
  /// The largest line in octets, its line break not counted.
  private static let maximumLineBytes = 75

  private(set) var bytes: [UInt8] = []

  /// A property whose value is already in its iCalendar form.
  mutating func line(_ name: String, _ parameters: [ContentLineParameter] = [], raw value: String) {
    var line = name
    for parameter in parameters { line += ";\(parameter.name)=\(parameter.value)" }
    appendFolded(line + ":" + value)
  }

  /// A property of type TEXT.
  mutating func line(_ name: String, text: String) {
    line(name, raw: ContentText.escaped(text))
  }

  /// Continuation lines start with one space, which counts; a character is never split.
  private mutating func appendFolded(_ line: String) {
    var used = 0
    for scalar in line.unicodeScalars {
      let width = UTF8.width(scalar)
      if used + width > Self.maximumLineBytes {
        bytes.append(contentsOf: "\r\n ".utf8)
        used = 1
      }
      bytes.append(contentsOf: String(scalar).utf8)
      used += width
    }
    bytes.append(contentsOf: "\r\n".utf8)
  }
}
