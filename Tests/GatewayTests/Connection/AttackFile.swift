import Foundation
import TestSupport

/// A request file of Tests/Corpus/http1 with the statuses that the gateway must answer.
struct AttackFile {
  let name: String
  let bytes: [UInt8]
  let statuses: [String]
  /// False for input that waits for more by its nature.
  var isWhole: Bool { !name.contains("unfinished") }

  static func all() throws -> [AttackFile] {
    try Corpus.files("http1/requests").map { AttackFile(name: $0.name, text: $0.text) }
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
    bytes = CorpusBytes.unescaped(whole)
  }
}
