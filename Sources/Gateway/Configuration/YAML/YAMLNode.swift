/// One value of a YAML file with the line that it begins on. Everything that is not a list or a mapping is text: what a
/// text means is for the setting to say that it belongs to.
struct YAMLNode: Sendable, Equatable {
  enum Value: Sendable, Equatable {
    case scalar(String)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  struct Entry: Sendable, Equatable {
    let key: YAMLNode
    let value: YAMLNode
  }

  let value: Value
  /// From 1.
  let line: Int
  /// How many values it holds, itself included.
  let size: Int

  init(_ value: Value, line: Int) {
    self.value = value
    self.line = line
    size =
      switch value {
      case .scalar: 1
      case .sequence(let items): items.reduce(1) { $0 + $1.size }
      case .mapping(let entries): entries.reduce(1) { $0 + $1.key.size + $1.value.size }
      }
  }

  static func empty(line: Int) -> YAMLNode { YAMLNode(.scalar(""), line: line) }
}

/// Where a text stops being YAML, and why.
struct YAMLMistake: Error, Equatable {
  let line: Int
  let message: String
}
