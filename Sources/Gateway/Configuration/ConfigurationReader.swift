/// What the readers of the sections share: the file, the environment, and the mistakes found so far.
final class ConfigurationReader {
  let file: String
  let environment: [String: String]
  private(set) var complaints: [ConfigurationComplaint] = []
  /// Names that sections gave, by section, and those that something refers to.
  private var given: [(section: String, name: String, line: Int?)] = []
  private var used: [String: Set<String>] = [:]

  init(file: String, environment: [String: String]) {
    self.file = file
    self.environment = environment
  }

  func complain(_ line: Int?, _ message: String) {
    complaints.append(ConfigurationComplaint(file: file, line: line, message: message))
  }

  func give(_ name: String, in section: String, line: Int?) { given.append((section, name, line)) }

  func use(_ name: String, of section: String) { used[section, default: []].insert(name) }

  /// Names that nothing refers to: no mistake, but probably not meant.
  var unused: [ConfigurationComplaint] {
    let sections: Set = ["upstreams", "rate_limits", "header_sets", "sites", "cors"]
    return given.filter { sections.contains($0.section) && used[$0.section]?.contains($0.name) != true }.map {
      ConfigurationComplaint(
        file: file, line: $0.line, message: "\($0.section) \"\($0.name)\" is used by nothing")
    }
  }

  /// The root of the file; nil when it cannot be read, which has been complained about then.
  func root(of text: String) -> ConfigurationMapping? {
    do throws(YAMLMistake) {
      guard let node = try YAMLReader.read(text) else {
        complain(1, "the file is empty; it needs at least listeners and routes")
        return nil
      }
      return mapping(node, "the configuration")
    } catch {
      complain(error.line, "is not YAML: \(error.message)")
      return nil
    }
  }

  func mapping(_ node: YAMLNode, _ name: String) -> ConfigurationMapping? {
    guard case .mapping(let mapping) = node.value else {
      complain(node.line, "\(name) must be a mapping of keys to values")
      return nil
    }
    return ConfigurationMapping(mapping, name: name, line: node.line, reader: self)
  }
}
