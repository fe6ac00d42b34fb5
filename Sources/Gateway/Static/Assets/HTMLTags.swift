/// The start tags of a page with their attributes, found in its bytes without building a tree. Good for pages of our
/// own, which say what they need in plain tags; what it does not understand it passes over.
struct HTMLTags {
  struct Tag {
    /// In lower case.
    let name: String
    /// Names in lower case; where each value stands in the page, without its quotes.
    let attributes: [(name: String, value: Range<Int>)]

    func value(_ name: String) -> Range<Int>? { attributes.first { $0.name == name }?.value }
  }

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  static func find(in bytes: [UInt8]) -> [Tag] {
    var scanner = HTMLTags(bytes)
    var tags: [Tag] = []
    while let tag = scanner.next() { tags.append(tag) }
    return tags
  }

  private mutating func next() -> Tag? {
    while let open = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
      index = open + 1
      if bytes[index...].starts(with: "!--".utf8) {
        skip(past: "-->")
      } else if index < bytes.count, Self.isLetter(bytes[index]) {
        return tag()
      }
    }
    return nil
  }

  private mutating func tag() -> Tag {
    let name = word { Self.isLetter($0) || $0.digitValue != nil || $0 == UInt8(ascii: "-") }
    var attributes: [(name: String, value: Range<Int>)] = []
    while index < bytes.count, bytes[index] != UInt8(ascii: ">") {
      if Self.isSpace(bytes[index]) || bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: "=")
      {
        index += 1
        continue
      }
      let attribute = word { !Self.isSpace($0) && !"=>/".utf8.contains($0) }
      attributes.append((attribute, value()))
    }
    // Nothing in these is a tag before their own end.
    if name == "script" || name == "style" { skip(to: "</\(name)") }
    return Tag(name: name, attributes: attributes)
  }

  /// What follows an attribute's name: empty when nothing does.
  private mutating func value() -> Range<Int> {
    var ahead = index
    while ahead < bytes.count, Self.isSpace(bytes[ahead]) { ahead += 1 }
    guard ahead < bytes.count, bytes[ahead] == UInt8(ascii: "=") else { return index..<index }
    ahead += 1
    while ahead < bytes.count, Self.isSpace(bytes[ahead]) { ahead += 1 }
    index = ahead
    guard ahead < bytes.count else { return index..<index }
    if bytes[ahead] == UInt8(ascii: "\"") || bytes[ahead] == UInt8(ascii: "'") {
      let end = bytes[(ahead + 1)...].firstIndex(of: bytes[ahead]) ?? bytes.count
      index = min(end + 1, bytes.count)
      return ahead + 1..<end
    }
    while index < bytes.count, !Self.isSpace(bytes[index]), bytes[index] != UInt8(ascii: ">") { index += 1 }
    return ahead..<index
  }

  private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
    let start = index
    while index < bytes.count, belongs(bytes[index]) { index += 1 }
    if index == start { index += 1 }
    return String(decoding: bytes[start..<min(index, bytes.count)], as: UTF8.self).lowercased()
  }

  private mutating func skip(past text: String) {
    skip(to: text)
    index = min(index + text.utf8.count, bytes.count)
  }

  private mutating func skip(to text: String) {
    while index < bytes.count, !bytes[index...].starts(with: text.utf8) { index += 1 }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte.lowercasedASCII >= UInt8(ascii: "a") && byte.lowercasedASCII <= UInt8(ascii: "z")
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
