/// Text: plain, in quotes, and in blocks.
extension YAMLReader {
  /// What a plain text cannot begin with.
  func checkPlainStart() throws(YAMLMistake) {
    guard let byte = current else { return }
    let isIndicator = ",[]{}#&*!|>'\"%@`".utf8.contains(byte)
    if isIndicator || "-?:".utf8.contains(byte) && isSpace(after: index) {
      throw mistake("text that begins with \(Character(UnicodeScalar(byte))) must be in quotes")
    }
  }

  /// Plain text to the end of the line, and on lines that are indented deeper than `parent`.
  mutating func plain(parent: Int) throws(YAMLMistake) -> String {
    try checkPlainStart()
    var text = try plainLine()
    while current == 0x0A {
      let (place, line, start) = (index, self.line, column)
      var breaks = 0
      while current == 0x0A {
        newLine()
        breaks += 1
        while current == 0x20 { index += 1 }
      }
      guard current != nil, column > parent, !isLineEnd else {
        back(to: place, line: line, column: start)
        return text
      }
      text += breaks == 1 ? " " : String(repeating: "\n", count: breaks - 1)
      text += try plainLine()
    }
    return text
  }

  private mutating func plainLine() throws(YAMLMistake) -> String {
    let start = index
    while let byte = current, byte != 0x0A, !isLineEnd {
      if byte == UInt8(ascii: ":"), isSpace(after: index) {
        throw mistake("mapping values are not allowed here: a text with \": \" in it must be in quotes")
      }
      index += 1
    }
    let text = trimmed(start..<index)
    skipSpaces()
    if current == UInt8(ascii: "#") { while let byte = current, byte != 0x0A { index += 1 } }
    return text
  }

  /// Plain text between brackets.
  mutating func flowPlain() throws(YAMLMistake) -> String {
    try checkPlainStart()
    var lines: [String] = []
    while true {
      let start = index
      while let byte = current, byte != 0x0A, !isLineEnd, !",[]{}".utf8.contains(byte), !isFlowColon {
        index += 1
      }
      lines.append(trimmed(start..<index))
      guard current == 0x0A else { break }
      try skipBlank()
      guard let byte = current, !",[]{}:".utf8.contains(byte) else { break }
    }
    return lines.filter { !$0.isEmpty }.joined(separator: " ")
  }

  private var isFlowColon: Bool {
    current == UInt8(ascii: ":")
      && (isSpace(after: index) || index + 1 < bytes.count && ",[]{}".utf8.contains(bytes[index + 1]))
  }

  // MARK: Quotes

  mutating func quoted() throws(YAMLMistake) -> String {
    let quote = bytes[index]
    let line = self.line
    var text: [UInt8] = []
    index += 1
    while let byte = current {
      if byte == quote {
        index += 1
        guard quote == UInt8(ascii: "'"), current == quote else {
          return String(decoding: text, as: UTF8.self)
        }
        text.append(quote)
        index += 1
      } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        try escape(into: &text)
      } else if byte == 0x0A {
        foldLines(into: &text)
      } else {
        text.append(byte)
        index += 1
      }
    }
    throw YAMLMistake(line: line, message: "a quote is not closed")
  }

  /// A line end in quotes is a space, each empty line a line end.
  private mutating func foldLines(into text: inout [UInt8]) {
    while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
    var breaks = 0
    while current == 0x0A {
      newLine()
      breaks += 1
      skipSpaces()
    }
    text += breaks == 1 ? [0x20] : [UInt8](repeating: 0x0A, count: breaks - 1)
  }

  private static let escapes: [UInt8: [UInt8]] = [
    UInt8(ascii: "n"): [0x0A], UInt8(ascii: "t"): [0x09], UInt8(ascii: "r"): [0x0D], UInt8(ascii: "0"): [0],
    UInt8(ascii: "a"): [7], UInt8(ascii: "b"): [8], UInt8(ascii: "v"): [11], UInt8(ascii: "f"): [12],
    UInt8(ascii: "e"): [27], UInt8(ascii: "\""): [0x22], UInt8(ascii: "\\"): [0x5C],
    UInt8(ascii: "/"): [0x2F],
    UInt8(ascii: " "): [0x20], UInt8(ascii: "\t"): [0x09], UInt8(ascii: "_"): [0xC2, 0xA0],
  ]

  private mutating func escape(into text: inout [UInt8]) throws(YAMLMistake) {
    index += 1
    guard let byte = current else { return }
    index += 1
    switch byte {
    case 0x0A:
      index -= 1
      newLine()
      skipSpaces()
    case UInt8(ascii: "x"): try character(digits: 2, into: &text)
    case UInt8(ascii: "u"): try character(digits: 4, into: &text)
    case UInt8(ascii: "U"): try character(digits: 8, into: &text)
    default:
      guard let known = Self.escapes[byte] else {
        throw mistake("found unknown escape character; write \\\\ for a backslash, or use single quotes")
      }
      text += known
    }
  }

  private mutating func character(digits: Int, into text: inout [UInt8]) throws(YAMLMistake) {
    let end = min(index + digits, bytes.count)
    let number = UInt32(String(decoding: bytes[index..<end], as: UTF8.self), radix: 16)
    guard end == index + digits, let scalar = number.flatMap(UnicodeScalar.init) else {
      throw mistake("an escape needs \(digits) hexadecimal digits of a character")
    }
    text += String(Character(scalar)).utf8
    index = end
  }

  // MARK: Blocks

  /// The lines below `|` or `>` that are indented deeper than `parent`.
  mutating func blockText(parent: Int) throws(YAMLMistake) -> String {
    let isFolded = current == UInt8(ascii: ">")
    index += 1
    var chomp: UInt8?
    var indent: Int?
    while let byte = current, byte != 0x0A, byte != 0x20, byte != 0x09 {
      if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+"), chomp == nil {
        chomp = byte
      } else if let digit = byte.digitValue, digit > 0, indent == nil {
        indent = max(0, parent) + digit
      } else {
        throw mistake("did not expect this after | or >")
      }
      index += 1
    }
    skipSpaces()
    guard isLineEnd else { throw mistake("did not expect this after | or >") }
    while let byte = current, byte != 0x0A { index += 1 }
    let lines = blockLines(parent: parent, indent: indent)
    let text = isFolded ? Self.folded(lines) : lines.joined(separator: "\n")
    return Self.chomped(text, lines, chomp)
  }

  private mutating func blockLines(parent: Int, indent given: Int?) -> [String] {
    var indent = given
    var lines: [String] = []
    while current == 0x0A {
      let (place, line, start) = (index, self.line, column)
      newLine()
      let lineBegin = index
      while current == 0x20, indent == nil || column < indent ?? 0 { index += 1 }
      if current == 0x0A || current == nil {
        if current == nil, index == lineBegin { break }
        lines.append("")
        continue
      }
      if indent == nil { indent = max(column, parent + 1) }
      guard column >= indent ?? 0 else {
        back(to: place, line: line, column: start)
        break
      }
      let begin = index
      while let byte = current, byte != 0x0A { index += 1 }
      lines.append(String(decoding: bytes[begin..<index], as: UTF8.self))
    }
    return lines
  }

  /// Lines are joined by spaces; an empty line is a line end, and lines that are indented further stay as they are.
  private static func folded(_ lines: [String]) -> String {
    var text = ""
    var breaks = 0
    var last: String?
    for line in lines {
      if line.isEmpty {
        breaks += 1
        continue
      }
      let isKept = line.hasPrefix(" ") || last?.hasPrefix(" ") == true
      if last == nil {
        text += String(repeating: "\n", count: breaks)
      } else if isKept {
        text += String(repeating: "\n", count: breaks + 1)
      } else {
        text += breaks == 0 ? " " : String(repeating: "\n", count: breaks)
      }
      text += line
      last = line
      breaks = 0
    }
    return text
  }

  private static func chomped(_ text: String, _ lines: [String], _ chomp: UInt8?) -> String {
    let trimmed = text.reversed().drop { $0 == "\n" }.reversed()
    let body = String(trimmed)
    guard chomp != UInt8(ascii: "-") else { return body }
    let trailing = lines.reversed().prefix { $0.isEmpty }.count
    if chomp == UInt8(ascii: "+") {
      return body + String(repeating: "\n", count: trailing + (body.isEmpty ? 0 : 1))
    }
    return body.isEmpty ? "" : body + "\n"
  }

  // MARK: Bytes

  private func trimmed(_ range: Range<Int>) -> String {
    String(decoding: bytes[bytes.span.trimmed(range)], as: UTF8.self)
  }
}
