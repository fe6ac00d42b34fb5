import Foundation

/// A request file of Tests/Corpus/http1 with the statuses that the gateway must answer.
struct AttackFile {
  let name: String
  let bytes: [UInt8]
  let statuses: [String]
  /// False for input that waits for more by its nature.
  var isWhole: Bool { !name.contains("unfinished") }

  static func all() throws -> [AttackFile] {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    root.append(path: "Corpus/http1/requests")
    return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map {
      AttackFile(name: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }

  private init(name: String, text: String) {
    self.name = name
    let parts = text.split(separator: "---\n", maxSplits: 1).map(String.init)
    statuses = parts[0].split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      // The policy of the gateway, where HTTPWire only tells it what there is.
      if Int(words[1]) != nil { return String(words[1]) }
      if words.contains("ambiguous") || words[2].hasPrefix("//") { return "400" }
      if words[2] == "*" { return "204" }
      return "200"
    }
    let pattern = /\{([^{}]*)\*([0-9]+)\}/
    let whole = parts[1].replacing("\n", with: "").replacing(pattern) {
      String(repeating: String($0.1), count: Int($0.2) ?? 0)
    }
    bytes = Self.unescaped(whole)
  }

  private static func unescaped(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let code = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch code {
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "x"):
        result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
        rest = rest.dropFirst(2)
      default: result.append(code)
      }
    }
    return result
  }
}
