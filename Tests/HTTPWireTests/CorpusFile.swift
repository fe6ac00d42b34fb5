import Foundation
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
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/http1/\(folder)")
    return try FileManager.default.contentsOfDirectory(atPath: root.path).sorted().map {
      try CorpusFile(name: $0, text: String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }

  var testDescription: String { name }

  private init(name: String, text: String) throws {
    self.name = name
    let parts = text.split(separator: "---\n", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "\n")
    expected = head.filter { $0.hasPrefix("expect: ") }.map { String($0.dropFirst(8)) }
    method = head.first { $0.hasPrefix("method: ") }.map { String($0.dropFirst(8)) } ?? "GET"
    bytes = Self.unescaped(Self.repeated(parts[1].replacingOccurrences(of: "\n", with: "")))
  }

  private static func repeated(_ text: String) -> String {
    let pattern = /\{([^{}]*)\*([0-9]+)\}/
    return text.replacing(pattern) { String(repeating: String($0.1), count: Int($0.2) ?? 0) }
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
