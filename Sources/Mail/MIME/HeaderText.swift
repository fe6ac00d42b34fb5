import Foundation

/// Makes any text safe inside a header field: no control character survives, and what is not plain ASCII
/// becomes encoded-words (RFC 2047).
enum HeaderText {
  /// Free text such as a subject. `used` is what stands before it on its line.
  static func unstructured(_ text: String, after used: Int) -> String {
    let text = onOneLine(text)
    if isPlain(text), used + text.utf8.count <= 76 { return text }
    return encodedWords(text, after: used)
  }

  /// A list of mailboxes, one to a line.
  static func addresses(_ addresses: [MailAddress]) -> String {
    addresses.map(address).joined(separator: ",\r\n ")
  }

  /// An absolute https or http URL, or `nil` for anything else, or for one that does not fit on a line.
  static func url(_ text: String) -> String? {
    guard text.hasPrefix("https://") || text.hasPrefix("http://"), text.utf8.count <= 900 else { return nil }
    return text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !#"<>"\^`{|}"#.utf8.contains($0) }
      ? text : nil
  }

  /// As many whole characters of `text` as fit.
  static func cut(_ text: String, toBytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var kept = ""
    var used = 0
    for character in text {
      used += character.utf8.count
      if used > limit { break }
      kept.append(character)
    }
    return kept
  }

  /// What may stand in a dot-atom beside the dot (RFC 5322 section 3.2.3).
  static func isAtomCharacter(_ scalar: Unicode.Scalar) -> Bool {
    guard scalar.isASCII else { return false }
    let byte = UInt8(scalar.value)
    return (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }

  private static func address(_ address: MailAddress) -> String {
    let name = onOneLine(address.name)
    guard !name.isEmpty else { return address.mailbox }
    let phrase = isPlain(name) && name.utf8.count <= 60 ? quoted(name) : encodedWords(name, after: 10)
    let isShort = phrase.utf8.count + address.mailbox.utf8.count <= 60
    return "\(phrase)\(isShort ? "" : "\r\n") <\(address.mailbox)>"
  }

  /// A quoted-string (RFC 5322 section 3.2.4).
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text {
      if character == "\"" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted + "\""
  }

  /// Line ends and tabs become spaces, other control characters vanish, and so do the invisible ones that
  /// turn the direction of what follows.
  private static func onOneLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: line.append(" ")
      case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: continue
      default: line.append(scalar)
      }
    }
    return String(line).trimmingCharacters(in: .whitespaces)
  }

  /// Printable ASCII that no reader takes for an encoded-word.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
  }

  /// Words of at most 75 octets on lines of at most 76, none of which splits a character.
  private static func encodedWords(_ text: String, after used: Int) -> String {
    var words: [String] = []
    var chunk: [UInt8] = []
    func capacity() -> Int { (76 - (words.isEmpty ? max(used, 1) : 1) - 12) / 4 * 3 }
    func flush() {
      words.append("=?utf-8?B?\(Data(chunk).base64EncodedString())?=")
      chunk = []
    }
    for character in text.unicodeScalars {
      if chunk.count + UTF8.width(character) > capacity() { flush() }
      chunk.append(contentsOf: String(character).utf8)
    }
    flush()
    return words.joined(separator: "\r\n ")
  }
}
