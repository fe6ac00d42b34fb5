/// One mapping of the file while it is read: each key is asked for by its type, and `finish` complains about the
/// keys that nobody asked for.
final class ConfigurationMapping {
  /// How complaints call it, such as `route 2`.
  let name: String
  let line: Int?
  let reader: ConfigurationReader
  private var values: [String: YAMLNode] = [:]
  private var order: [(key: String, line: Int?)] = []
  private var asked: [String] = []

  init(_ mapping: [YAMLNode.Entry], name: String, line: Int?, reader: ConfigurationReader) {
    self.name = name
    self.line = line
    self.reader = reader
    for entry in mapping {
      guard case .scalar(let key) = entry.key.value else { continue }
      values[key] = entry.value
      order.append((key, entry.key.line))
    }
  }

  /// Complains about every unknown key, with the known one that it resembles.
  func finish() {
    for (key, line) in order where !asked.contains(key) {
      let hint = NearestName.to(key, among: asked).map { "; did you mean \"\($0)\"?" }
      reader.complain(line, "unknown key \"\(key)\" in \(name)\(hint ?? known)")
    }
  }

  /// A short list helps, a long one hides the mistake.
  private var known: String {
    let names = Set(asked).sorted()
    return names.count > 12
      ? "; docs/configuration.md lists the known ones" : "; known are: \(names.joined(separator: ", "))"
  }

  /// The keys in the order of the file, for mappings whose keys are names. All count as known.
  func entries() -> [(key: String, line: Int?, value: YAMLNode)] {
    order.compactMap { key, line in
      asked.append(key)
      return values[key].map { (key, line, $0) }
    }
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func line(of key: String) -> Int? { values[key]?.line ?? line }

  func complain(_ key: String, _ message: String) {
    reader.complain(line(of: key), "\(key) in \(name) \(message)")
  }

  // MARK: Values

  /// A text, with the environment filled in. Complains when a required key is missing.
  func string(_ key: String, required: Bool = false) -> String? {
    guard let node = value(key, required: required) else { return nil }
    guard case .scalar(let text) = node.value else {
      complain(key, "must be one value")
      return nil
    }
    return expand(text, line: node.line)
  }

  func integer(_ key: String, _ range: ClosedRange<Int>, required: Bool = false) -> Int? {
    guard let text = string(key, required: required) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      complain(
        key, "is \"\(text)\"; it must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// `true` or `false`.
  func boolean(_ key: String) -> Bool? {
    guard let text = string(key) else { return nil }
    if text == "true" { return true }
    if text == "false" { return false }
    complain(key, "is \"\(text)\"; it must be true or false")
    return nil
  }

  /// Stores a number when the key is there and right.
  func read(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
    if let number = integer(key, range) { value = number }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type, required: Bool = false
  ) -> Choice? where Choice.RawValue == String {
    guard let text = string(key, required: required) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      complain(key, "is \"\(text)\"; it must be one of \(known)")
      return nil
    }
    return choice
  }

  func mapping(_ key: String, required: Bool = false) -> ConfigurationMapping? {
    value(key, required: required).flatMap { reader.mapping($0, name(of: key)) }
  }

  /// A list; one value stands for a list of one.
  func strings(_ key: String) -> [(text: String, line: Int?)] {
    guard let node = value(key, required: false) else { return [] }
    return items(node).compactMap { item in
      guard case .scalar(let text) = item.value else {
        reader.complain(item.line, "\(key) in \(name) must be a list of plain values")
        return nil
      }
      return expand(text, line: item.line).map { ($0, item.line) }
    }
  }

  /// A list of plain values and mappings; one value stands for a list of one.
  func values(_ key: String) -> [ConfigurationItem] {
    guard let node = value(key, required: false) else { return [] }
    return items(node).enumerated().compactMap { place, item -> ConfigurationItem? in
      guard case .scalar(let scalar) = item.value else {
        return reader.mapping(item, "\(key) \(place + 1) of \(name)").map(ConfigurationItem.mapping)
      }
      return expand(scalar, line: item.line).map { .text($0, line: item.line) }
    }
  }

  func mappings(_ key: String, required: Bool = false) -> [ConfigurationMapping] {
    guard let node = value(key, required: required) else { return [] }
    guard case .sequence(let sequence) = node.value else {
      complain(key, "must be a list")
      return []
    }
    if required, sequence.isEmpty { complain(key, "must not be empty") }
    return sequence.enumerated().compactMap { reader.mapping($1, "\(key) \($0 + 1)") }
  }

  /// Named mappings, `name: {…}`, in the order of the file.
  func named(_ key: String) -> [(name: String, mapping: ConfigurationMapping)] {
    guard let parent = mapping(key) else { return [] }
    return parent.entries().compactMap { entry in
      reader.give(entry.key, in: key, line: entry.line)
      return reader.mapping(entry.value, "\(key) \"\(entry.key)\"").map { (entry.key, $0) }
    }
  }

  private func value(_ key: String, required: Bool) -> YAMLNode? {
    asked.append(key)
    if let node = values[key] { return node }
    if required { reader.complain(line, "\(name) needs \"\(key)\"") }
    return nil
  }

  private func name(of key: String) -> String {
    name == "the configuration" ? key : "\(key) of \(name)"
  }

  private func items(_ node: YAMLNode) -> [YAMLNode] {
    if case .sequence(let sequence) = node.value { sequence } else { [node] }
  }

  private func expand(_ text: String, line: Int?) -> String? {
    do throws(EnvironmentText.Mistake) {
      return try EnvironmentText.expand(text, reader.environment)
    } catch {
      reader.complain(line, error.message)
      return nil
    }
  }
}

/// One member of a list that may be written short or long.
enum ConfigurationItem {
  case text(String, line: Int?)
  case mapping(ConfigurationMapping)
}
