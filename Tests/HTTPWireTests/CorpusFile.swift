import Foundation
import TestSupport
import Testing

/// One file of Tests/Corpus/http1: bytes with escapes, and what must come of them.
///
/// Above the line `---` stand `expect:` lines, one for each message in order, and for responses the `method:`
/// asked with. Below it line breaks mean nothing; `\r \n \t \\ \xNN` are bytes, and `{text*N}` is a repetition.
struct CorpusFile: Sendable, CustomTestStringConvertible {
  let name: String
  let method: String
  let expected: [String]
  let bytes: [UInt8]

  static func all(_ folder: String) throws -> [CorpusFile] {
    try Corpus.files("http1/\(folder)").map { try CorpusFile(name: $0.name, text: $0.text) }
  }

  var testDescription: String { name }

  private init(name: String, text: String) throws {
    self.name = name
    let parts = text.split(separator: "---\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "\n")
    expected = head.filter { $0.hasPrefix("expect: ") }.map { String($0.dropFirst(8)) }
    method = head.first { $0.hasPrefix("method: ") }.map { String($0.dropFirst(8)) } ?? "GET"
    bytes = CorpusBytes.unescaped(Self.repeated(parts[1].replacingOccurrences(of: "\n", with: "")))
  }

  private static func repeated(_ text: String) -> String {
    let pattern = /\{([^{}]*)\*([0-9]+)\}/
    return text.replacing(pattern) { String(repeating: String($0.1), count: Int($0.2) ?? 0) }
  }
}
