import Foundation
import TestSupport
import Testing

/// One topic of Tests/Corpus/http1/exchanges: raw requests with what must come of them over a whole gateway.
///
/// Cases are apart by an empty line and begin with their name. `> ` is bytes to send, with the escapes of the corpus
/// and `{text*N}` for repetition; `< ` the statuses in order, each with its alternatives, and how the connection goes
/// on (`open`, `close`, `any`, or `eof` when the client ends its side); `= ` a request that reaches the upstream, with
/// its body; `+ ` a field line that it has; `- ` a field, or a whole line, that it has not.
struct ExchangeFile: Sendable, CustomTestStringConvertible {
  enum End: String { case open, close, any, eof }

  struct Case: Sendable {
    var name: String
    var bytes: [UInt8] = []
    var statuses: [[Substring]] = []
    var end = End.open
    var forwarded: [Forwarded] = []
    var has: [[UInt8]] = []
    var lacks: [[UInt8]] = []
  }

  /// The request line without its version, and the body decoded.
  struct Forwarded: Equatable, Sendable {
    var line: [UInt8]
    var body: [UInt8]
  }

  let name: String
  let cases: [Case]
  var testDescription: String { name }

  static func all() throws -> [ExchangeFile] {
    try Corpus.files("http1/exchanges").map { ExchangeFile(name: $0.name, text: $0.text) }
  }

  private init(name: String, text: String) {
    self.name = name
    cases = text.split(separator: "\n\n").dropFirst().map { Self.read($0.split(separator: "\n")) }
  }

  private static func read(_ lines: [Substring]) -> Case {
    var result = Case(name: String(lines[0]))
    for line in lines.dropFirst() {
      let text = line.dropFirst(2)
      switch line.first {
      case ">": result.bytes += CorpusBytes.read(text)
      case "<":
        let words = text.split(separator: " ")
        result.end = End(rawValue: String(words.last ?? "")) ?? .open
        result.statuses = words.dropLast().map { $0.split(separator: "|") }
      case "=":
        let parts = text.split(separator: " body=", maxSplits: 1, omittingEmptySubsequences: false)
        result.forwarded.append(
          Forwarded(line: CorpusBytes.read(parts[0]), body: parts.count > 1 ? CorpusBytes.read(parts[1]) : [])
        )
      case "+": result.has.append(CorpusBytes.read(text))
      default: result.lacks.append(CorpusBytes.read(text))
      }
    }
    return result
  }
}
