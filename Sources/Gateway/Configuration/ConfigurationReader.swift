internal import Yams

/// What the readers of the sections share: the file, the environment, and the mistakes found so far.
final class ConfigurationReader {
  let file: String
  let environment: [String: String]
  private(set) var complaints: [ConfigurationComplaint] = []

  init(file: String, environment: [String: String]) {
    self.file = file
    self.environment = environment
  }

  func complain(_ line: Int?, _ message: String) {
    complaints.append(ConfigurationComplaint(file: file, line: line, message: message))
  }

  /// The root of the file; nil when it cannot be read, which has been complained about then.
  func root(of text: String) -> ConfigurationMapping? {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        complain(1, "the file is empty; it needs at least listeners and routes")
        return nil
      }
      return mapping(node, "the configuration")
    } catch let error as YamlError {
      let (line, message) = error.complaint
      complain(line, message)
    } catch {
      complain(nil, "cannot be read as YAML: \(error)")
    }
    return nil
  }

  func mapping(_ node: Node, _ name: String) -> ConfigurationMapping? {
    guard case .mapping(let mapping) = node else {
      complain(node.line, "\(name) must be a mapping of keys to values")
      return nil
    }
    return ConfigurationMapping(mapping, name: name, line: node.line, reader: self)
  }
}

extension Node {
  var line: Int? { mark?.line }
}

extension YamlError {
  /// Where the text stops being YAML, and why.
  fileprivate var complaint: (line: Int?, message: String) {
    switch self {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (mark.line, "is not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      (context.mark.line, "has a key twice: \(keys.joined(separator: ", "))")
    default: (nil, "is not YAML: \(self)")
    }
  }
}
