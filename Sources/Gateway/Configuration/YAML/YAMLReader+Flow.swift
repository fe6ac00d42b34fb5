/// Lists and mappings between brackets, over as many lines as they like.
extension YAMLReader {
  mutating func flow(depth: Int = 0) throws(YAMLMistake) -> YAMLNode {
    guard depth < 32 else { throw mistake("is nested too deeply") }
    return current == UInt8(ascii: "[") ? try flowSequence(depth) : try flowMapping(depth)
  }

  private mutating func flowSequence(_ depth: Int) throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    var items: [YAMLNode] = []
    index += 1
    while try !closes(UInt8(ascii: "]"), from: line) {
      items.append(try flowValue(depth))
      try separate(UInt8(ascii: "]"), from: line)
    }
    return try counted(YAMLNode(.sequence(items), line: line))
  }

  private mutating func flowMapping(_ depth: Int) throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    var entries: [YAMLNode.Entry] = []
    var keys: Set<String> = []
    index += 1
    while try !closes(UInt8(ascii: "}"), from: line) {
      let key = try flowValue(depth)
      guard case .scalar(let name) = key.value else { throw mistake("keys must be plain text") }
      guard keys.insert(name).inserted else {
        throw YAMLMistake(line: key.line, message: "has a key twice: \(name)")
      }
      try skipBlank()
      var value = YAMLNode.empty(line: key.line)
      if current == UInt8(ascii: ":") {
        index += 1
        try skipBlank()
        if let byte = current, byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") {
          value = try flowValue(depth)
        }
      }
      entries.append(.init(key: key, value: value))
      try separate(UInt8(ascii: "}"), from: line)
    }
    return try counted(YAMLNode(.mapping(entries), line: line))
  }

  private mutating func flowValue(_ depth: Int) throws(YAMLMistake) -> YAMLNode {
    let line = self.line
    let anchor = try anchorName()
    switch current {
    case UInt8(ascii: "["), UInt8(ascii: "{"): return try keep(flow(depth: depth + 1), as: anchor)
    case UInt8(ascii: "*"): return try alias()
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return try keep(counted(YAMLNode(.scalar(quoted()), line: line)), as: anchor)
    default: return try keep(counted(YAMLNode(.scalar(flowPlain()), line: line)), as: anchor)
    }
  }

  /// Whether the end is here; takes it.
  private mutating func closes(_ end: UInt8, from line: Int) throws(YAMLMistake) -> Bool {
    try skipBlank()
    guard let byte = current else { throw YAMLMistake(line: line, message: "a bracket is not closed") }
    guard byte == end else { return false }
    index += 1
    return true
  }

  /// The comma between two, or the end to come.
  private mutating func separate(_ end: UInt8, from line: Int) throws(YAMLMistake) {
    try skipBlank()
    guard let byte = current else { throw YAMLMistake(line: line, message: "a bracket is not closed") }
    if byte == UInt8(ascii: ",") {
      index += 1
    } else if byte != end {
      throw mistake("did not find a comma or the closing bracket")
    }
  }
}
