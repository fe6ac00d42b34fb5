/// Reads YAML 1.2 as people write configurations in it: block and flow lists and mappings, plain, quoted and block
/// text, comments, anchors and aliases. Tags, directives, several documents and keys that are not text are refused.
///
/// Ours, because the usual library brings Foundation along, which took a third of the gateway's memory. Depth and what
/// aliases multiply are bounded.
struct YAMLReader {
  /// Nested lists and mappings.
  private static let depthLimit = 64
  /// Values, those behind aliases counted each time.
  private static let sizeLimit = 100_000

  let bytes: [UInt8]
  var index = 0
  var line = 1
  /// Where the present line begins.
  private(set) var lineStart = 0
  private var anchors: [String: YAMLNode] = [:]
  private var size = 0
  private var depth = 0

  /// The root; nil when there is nothing but comments.
  static func read(_ text: String) throws(YAMLMistake) -> YAMLNode? {
    var reader = YAMLReader(text)
    return try reader.document()
  }

  private init(_ text: String) {
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    // The line ends of another system; a lone CR is a control character.
    if bytes.contains(0x0D) {
      bytes = bytes.indices.filter { bytes[$0] != 0x0D || $0 + 1 == bytes.count || bytes[$0 + 1] != 0x0A }.map
      { bytes[$0] }
    }
    self.bytes = bytes
  }

  private mutating func document() throws(YAMLMistake) -> YAMLNode? {
    try checkBytes()
    try skipBlank()
    if at("---"), column == 0 {
      index += 3
      try skipBlank()
    }
    guard let first = current else { return nil }
    if first == UInt8(ascii: "%"), column == 0 { throw mistake("directives (%) are not read here") }
    let node = try block(parent: -1)
    try skipBlank()
    if at("..."), column == 0 { index += 3 }
    try skipBlank()
    if current != nil { throw mistake("is indented less than what it belongs to, or a second document") }
    return node
  }

  private mutating func checkBytes() throws(YAMLMistake) {
    var line = 1
    for byte in bytes {
      if byte == 0x0A { line += 1 }
      if byte < 0x20 && byte != 0x0A && byte != 0x09 || byte == 0x7F {
        throw YAMLMistake(line: line, message: "a control character cannot stand here")
      }
    }
  }

  // MARK: Blocks

  /// The node that begins here, in a block whose parent begins at column `parent`.
  mutating func block(parent: Int) throws(YAMLMistake) -> YAMLNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw mistake("is nested too deeply") }
    let start = column
    if isDash { return try sequence(at: start) }
    let line = self.line
    let anchor = try anchorName()
    if anchor != nil, current == nil || isLineEnd {
      try skipBlank()
      guard current != nil, column > parent else { return keep(.empty(line: line), as: anchor) }
      return try keep(block(parent: parent), as: anchor)
    }
    if current == UInt8(ascii: "|") || current == UInt8(ascii: ">") {
      return try keep(YAMLNode(.scalar(blockText(parent: parent)), line: line), as: anchor)
    }
    // What stands before a colon is a key, and the anchor before it belongs to the key, or to the mapping on its own.
    if let key = try key() { return try keep(mapping(at: start, key), as: anchor) }
    return try keep(inline(parent: parent), as: anchor)
  }

  private mutating func sequence(at start: Int) throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    var items: [YAMLNode] = []
    while current != nil, column == start, isDash {
      index += 1
      let dash = self.line
      try skipBlank()
      if current != nil, self.line == dash || column > start {
        items.append(try block(parent: start))
      } else {
        items.append(.empty(line: dash))
      }
      try skipBlank()
    }
    if current != nil, column > start { throw mistake("does not line up with the list before it") }
    return try counted(YAMLNode(.sequence(items), line: line))
  }

  private mutating func mapping(at start: Int, _ first: YAMLNode) throws(YAMLMistake) -> YAMLNode {
    var entries: [YAMLNode.Entry] = []
    var keys: Set<String> = []
    var key = first
    while true {
      guard case .scalar(let name) = key.value, keys.insert(name).inserted else {
        throw YAMLMistake(line: key.line, message: "has a key twice: \(text(of: key))")
      }
      entries.append(.init(key: key, value: try value(of: start)))
      try skipBlank()
      guard current != nil, column >= start else { break }
      guard column == start else { throw mistake("does not line up with the keys before it") }
      if at("---") && start == 0 || at("...") && start == 0 { break }
      guard let next = try self.key() else { throw mistake("did not find a key and its colon") }
      key = next
    }
    return try counted(YAMLNode(.mapping(entries), line: first.line))
  }

  /// What follows a key's colon, in a mapping at column `start`.
  private mutating func value(of start: Int) throws(YAMLMistake) -> YAMLNode {
    let keyLine = line
    skipSpaces()
    if isLineEnd {
      try skipBlank()
      guard current != nil, column > start || column == start && isDash else { return .empty(line: keyLine) }
      return column == start ? try sequence(at: start) : try block(parent: start)
    }
    if isDash { throw mistake("a list cannot begin on the line of its key") }
    let anchor = try anchorName()
    if anchor != nil, isLineEnd {
      try skipBlank()
      guard current != nil, column > start else { return keep(.empty(line: keyLine), as: anchor) }
      return try keep(block(parent: start), as: anchor)
    }
    if current == UInt8(ascii: "|") || current == UInt8(ascii: ">") {
      return try keep(YAMLNode(.scalar(blockText(parent: start)), line: keyLine), as: anchor)
    }
    return try keep(inline(parent: start), as: anchor)
  }

  /// A value that is neither a block list nor a block mapping.
  private mutating func inline(parent: Int) throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    switch current {
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      let node = try flow()
      try endLine()
      return node
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let text = try quoted()
      try endLine()
      return try counted(YAMLNode(.scalar(text), line: line))
    case UInt8(ascii: "*"):
      let node = try alias()
      try endLine()
      return node
    default:
      return try counted(YAMLNode(.scalar(plain(parent: parent)), line: line))
    }
  }

  /// A key with its colon, if one is here on one line; else nothing is taken.
  private mutating func key() throws(YAMLMistake) -> YAMLNode? {
    let (start, line, column) = (index, self.line, self.column)
    if current == UInt8(ascii: "?"), isSpace(after: index) { throw mistake("keys must be plain text") }
    let text: String
    if current == UInt8(ascii: "\"") || current == UInt8(ascii: "'") {
      text = try quoted()
    } else if current.map({ "[{*".utf8.contains($0) }) == true {
      return nil
    } else {
      guard let end = endOfPlainKey() else { return nil }
      try checkPlainStart()
      text = String(decoding: bytes[index..<end], as: UTF8.self)
      index = end
    }
    let isOneLine = line == self.line
    skipSpaces()
    guard isOneLine, current == UInt8(ascii: ":"), isSpace(after: index) else {
      back(to: start, line: line, column: column)
      return nil
    }
    index += 1
    return try counted(YAMLNode(.scalar(text), line: line))
  }

  private func endOfPlainKey() -> Int? {
    var place = index
    while place < bytes.count, bytes[place] != 0x0A {
      if bytes[place] == UInt8(ascii: ":"), isSpace(after: place) {
        var end = place
        while end > index, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return end
      }
      if bytes[place] == UInt8(ascii: "#"), place > index, bytes[place - 1] == 0x20 { return nil }
      place += 1
    }
    return nil
  }

  // MARK: Anchors

  /// The name of an anchor that stands here.
  mutating func anchorName() throws(YAMLMistake) -> String? {
    if current == UInt8(ascii: "!") { throw mistake("tags (!) are not read here") }
    guard current == UInt8(ascii: "&") else { return nil }
    let name = word()
    guard !name.isEmpty else { throw mistake("an anchor has no name") }
    skipSpaces()
    return name
  }

  mutating func alias() throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    let name = word()
    guard let node = anchors[name] else { throw YAMLMistake(line: line, message: "found undefined alias") }
    size += node.size
    guard size <= Self.sizeLimit else { throw mistake("holds too many values") }
    return YAMLNode(node.value, line: line)
  }

  mutating func keep(_ node: YAMLNode, as anchor: String?) -> YAMLNode {
    if let anchor { anchors[anchor] = node }
    return node
  }

  mutating func counted(_ node: YAMLNode) throws(YAMLMistake) -> YAMLNode {
    size += 1
    guard size <= Self.sizeLimit else { throw mistake("holds too many values") }
    return node
  }

  private mutating func word() -> String {
    index += 1
    let start = index
    while let byte = current, byte > 0x20, !",[]{}".utf8.contains(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  // MARK: Places

  var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  var column: Int { index - lineStart }

  var isLineEnd: Bool {
    guard let byte = current else { return true }
    return byte == 0x0A || byte == UInt8(ascii: "#") && isCommentStart
  }

  private var isCommentStart: Bool {
    index == lineStart || bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09
  }

  private var isDash: Bool { current == UInt8(ascii: "-") && isSpace(after: index) }

  func isSpace(after place: Int) -> Bool {
    place + 1 >= bytes.count || bytes[place + 1] == 0x20 || bytes[place + 1] == 0x0A
      || bytes[place + 1] == 0x09
  }

  private func at(_ text: String) -> Bool {
    bytes[index...].starts(with: text.utf8) && isSpace(after: index + text.utf8.count - 1)
  }

  mutating func newLine() {
    index += 1
    line += 1
    lineStart = index
  }

  /// Takes back what was looked at.
  mutating func back(to place: Int, line: Int, column: Int) {
    index = place
    self.line = line
    lineStart = place - column
  }

  mutating func skipSpaces() {
    while let byte = current, byte == 0x20 || byte == 0x09 { index += 1 }
  }

  /// To the next thing that means something, past comments and line ends.
  mutating func skipBlank() throws(YAMLMistake) {
    while let byte = current {
      if byte == 0x0A {
        newLine()
      } else if byte == 0x20 {
        index += 1
      } else if byte == 0x09 {
        let isIndent = bytes[lineStart..<index].allSatisfy { $0 == 0x20 }
        skipSpaces()
        if isIndent, !isLineEnd { throw mistake("a tab cannot indent; use spaces") }
      } else if byte == UInt8(ascii: "#"), isCommentStart {
        while let byte = current, byte != 0x0A { index += 1 }
      } else {
        return
      }
    }
  }

  /// Nothing but a comment may follow on this line.
  private mutating func endLine() throws(YAMLMistake) {
    skipSpaces()
    guard isLineEnd else { throw mistake("did not expect more on this line") }
  }

  func mistake(_ message: String) -> YAMLMistake { YAMLMistake(line: line, message: message) }

  private func text(of node: YAMLNode) -> String {
    if case .scalar(let text) = node.value { text } else { "" }
  }
}
