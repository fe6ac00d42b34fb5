import JSON
import Problem

/// Reads the members of a request's body or query and remembers every mistake, so that the answer can name
/// them all at once. A reader that meets a mistake returns a harmless value; `check()` throws before it is used.
///
///     var input = try await request.jsonInput(context)
///     let name = input.text("name", 1...200)
///     try input.check()
struct Input {
  /// Where the values come from decides whether "5" may stand for 5.
  enum Source: Sendable { case body, query }

  private(set) var mistakes: [String: String] = [:]
  private let object: JSONObject
  private let source: Source
  private let prefix: String
  private var known: [String] = []

  init(_ object: JSONObject, source: Source = .body, prefix: String = "") {
    self.object = object
    self.source = source
    self.prefix = prefix
    known.reserveCapacity(object.members.count + 8)
  }

  /// The whole as text, the members in the order in which they came.
  var bytes: [UInt8] { JSONValue.object(object).bytes }

  /// Throws a 400 that names every wrong and every unknown field.
  mutating func check() throws(Problem) {
    noteUnknownKeys()
    if !mistakes.isEmpty { throw .badInput(mistakes) }
  }

  /// Whether the caller sent the key at all; null counts as sent.
  mutating func has(_ key: String) -> Bool {
    known.append(key)
    return object[key] != nil
  }

  /// The value as it came; absent and null are both nil.
  mutating func value(_ key: String) -> JSONValue? {
    known.append(key)
    guard let value = object[key] else { return nil }
    if case .null = value { return nil }
    return value
  }

  /// What never has a space in it: in a query it was a plus that nobody escaped, as in `+02:00` or `Etc/GMT+3`.
  func compact(_ text: String) -> String {
    source == .query ? text.replacing(" ", with: "+") : text
  }

  mutating func mistake(_ key: String, _ why: String) {
    let path = prefix + key
    if mistakes[path] == nil { mistakes[path] = why }
  }

  /// Accepts keys that this version of ours does not use but clients of the format send.
  mutating func ignore(_ keys: String...) { known += keys }

  /// Every key that was not read is a mistake, for a reason of its own.
  mutating func refuseRest(_ why: String) {
    for member in object.members where !known.contains(member.key) {
      mistake(String(member.key.prefix(60)), why)
    }
  }

  // MARK: Nested objects

  /// Reads a nested object with its own reader; nil when it is absent.
  mutating func object<Value>(_ key: String, _ read: (inout Input) -> Value) -> Value? {
    guard let value = value(key) else { return nil }
    guard case .object(let nested) = value else {
      mistake(key, "must be an object, not \(value.kind)")
      return nil
    }
    return self.nested(nested, path: key, read)
  }

  /// Reads an array of objects; nil when it is absent.
  mutating func objects<Value>(
    _ key: String, max: Int, _ read: (inout Input) -> Value
  ) -> [Value]? {
    guard let elements = array(key, max: max) else { return nil }
    return elements.enumerated().compactMap { index, element in
      guard case .object(let nested) = element else {
        mistake("\(key).\(index)", "must be an object, not \(element.kind)")
        return nil
      }
      return self.nested(nested, path: "\(key).\(index)", read)
    }
  }

  /// Reads the elements of a body that is an array: the path of a mistake begins with the element's index.
  mutating func objects<Value>(_ elements: [JSONValue], _ read: (inout Input) -> Value) -> [Value] {
    elements.enumerated().compactMap { index, element in
      guard case .object(let nested) = element else {
        mistake("\(index)", "must be an object, not \(element.kind)")
        return nil
      }
      return self.nested(nested, path: "\(index)", read)
    }
  }

  mutating func array(_ key: String, max: Int) -> [JSONValue]? {
    guard let value = value(key) else { return nil }
    guard case .array(let elements) = value else {
      mistake(key, "must be an array, not \(value.kind)")
      return nil
    }
    guard elements.count <= max else {
      mistake(key, "must have at most \(max) elements, not \(elements.count)")
      return nil
    }
    return elements
  }

  private mutating func nested<Value>(
    _ object: JSONObject, path: String, _ read: (inout Input) -> Value
  ) -> Value {
    var reader = Input(object, source: source, prefix: "\(prefix)\(path).")
    let value = read(&reader)
    reader.noteUnknownKeys()
    mistakes.merge(reader.mistakes) { first, _ in first }
    return value
  }

  // MARK: Unknown keys

  private mutating func noteUnknownKeys() {
    for member in object.members where !known.contains(member.key) {
      mistake(String(member.key.prefix(60)), "is not a known field here")
    }
  }

  var acceptsTextForNumbers: Bool { source == .query }
}
