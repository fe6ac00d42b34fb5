/// Fills `${NAME}` and `${NAME:-default}` in a value from the environment; `$$` is a dollar sign.
enum EnvironmentText {
  struct Mistake: Error, Equatable {
    let message: String
  }

  static func expand(_ text: String, _ environment: [String: String]) throws(Mistake) -> String {
    guard text.contains("$") else { return text }
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.hasPrefix("$") {
        result += "$"
        rest = rest.dropFirst()
      } else {
        result += try reference(&rest, environment)
      }
    }
    return result + rest
  }

  private static func reference(
    _ rest: inout Substring, _ environment: [String: String]
  ) throws(Mistake) -> String {
    guard rest.hasPrefix("{"), let end = rest.firstIndex(of: "}") else {
      throw Mistake(
        message: "a dollar sign must begin ${NAME} or ${NAME:-default}; write $$ for the sign itself")
    }
    let inner = rest[rest.index(after: rest.startIndex)..<end]
    rest = rest[rest.index(after: end)...]
    let name = inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let tail = inner.dropFirst(name.count)
    guard let first = name.first, !first.isNumber, tail.isEmpty || tail.hasPrefix(":-") else {
      throw Mistake(message: "${\(inner)} is not ${NAME} or ${NAME:-default}")
    }
    if let value = environment[String(name)], !value.isEmpty { return value }
    guard tail.hasPrefix(":-") else {
      throw Mistake(message: "the environment has no \(name); set it or write ${\(name):-default}")
    }
    return String(tail.dropFirst(2))
  }
}
