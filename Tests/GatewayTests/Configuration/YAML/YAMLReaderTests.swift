import Foundation
import JSON
import Testing

@testable import Gateway

/// Each `NAME.yaml` under Tests/Corpus/yaml means what `NAME.json` says; PyYAML was asked, with every scalar as text.
@Suite struct YAMLReaderTests {
  private static let folder = (#filePath as NSString).deletingLastPathComponent + "/../../../Corpus/yaml"

  private static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private static func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
  }

  private func write(_ node: YAMLNode, into json: inout JSONWriter) {
    switch node.value {
    case .scalar(let text): json.string(text)
    case .sequence(let items): json.array(items) { write($1, into: &$0) }
    case .mapping(let entries):
      json.beginObject()
      for entry in entries {
        if case .scalar(let key) = entry.key.value { json.key(key) }
        write(entry.value, into: &json)
      }
      json.endObject()
    }
  }

  @Test func `the corpus is there`() {
    #expect(Self.names.count >= 12)
  }

  @Test(arguments: names)
  func `a text means what others read in it`(name: String) throws {
    var json = JSONWriter()
    write(try #require(try YAMLReader.read(try Self.text("\(name).yaml"))), into: &json)
    let expected = try Self.text("\(name).json")
    #expect(String(decoding: json.bytes, as: UTF8.self) + "\n" == expected)
  }

  @Test(arguments: ["", "\n", "# nothing\n\n  # here", "---\n", "\u{FEFF}"])
  func `a text without values is none`(text: String) throws {
    #expect(try YAMLReader.read(text) == nil)
  }

  @Test func `values know their lines`() throws {
    let root = try #require(
      try YAMLReader.read("# c\na:\n  - b\n\n  - c: |\n      text\n    d: [e,\n f]\ng: h"))
    guard case .mapping(let entries) = root.value, case .sequence(let items) = entries[0].value.value,
      case .mapping(let inner) = items[1].value, case .sequence(let flow) = inner[1].value.value
    else {
      Issue.record("another shape")
      return
    }
    #expect(root.line == 2 && items.map(\.line) == [3, 5] && inner.map(\.key.line) == [5, 7])
    #expect(flow.map(\.line) == [7, 8] && entries[1].value.line == 9)
  }

  @Test(
    arguments: [
      ("a: 1\na: 2", 2, "twice"), ("{a: 1, a: 2}", 1, "twice"), ("a: b: c", 1, "quotes"),
      ("a: [1", 1, "closed"),
      ("a: {b", 1, "closed"), ("a: \"x", 1, "closed"), ("a: 'x", 1, "closed"), ("a: \"\\q\"", 1, "escape"),
      ("a: \"\\uD800\"", 1, "digits"), ("a: \"\\x4\"", 1, "digits"), ("a:\n\t- b", 2, "tab"),
      ("a: @b", 1, "quotes"),
      ("a: `b`", 1, "quotes"), ("- [a]\n b", 2, "line up"), ("a: 1\n  b: 2", 2, "quotes"),
      ("a:\n  b: 1\n c: 2", 3, "line up"),
      ("a: 1\n- b", 2, "colon"), ("a: - b", 1, "list cannot begin"), ("a: !!str b", 1, "tags"),
      ("%YAML 1.2\n---\na: 1", 1, "directives"),
      ("a: *b", 1, "undefined"), ("? a\n: b", 1, "plain text"), ("[a]: b", 1, "more on this line"),
      ("a: [b] c", 1, "more on this line"),
      ("a: |x\n  b", 1, "after |"), ("a: 1\n---\nb: 2", 2, "second document"), ("a: \u{1}", 1, "control"),
      ("a: [b c: d e]", 1, "comma"), ("{[a]: b}", 1, "plain text"), ("a: & b", 1, "no name"), ("a", 1, ""),
      ("a: , b", 1, "quotes"),
      (String(repeating: "[", count: 100), 1, "deeply"),
      (String(repeating: "- ", count: 100) + "a", 1, "deeply"),
    ])
  func `what is no YAML is refused with its line`(text: String, line: Int, message: String) {
    do throws(YAMLMistake) {
      let node = try YAMLReader.read(text)
      #expect(message.isEmpty, "\(String(describing: node))")
    } catch {
      #expect(error.line == line && error.message.contains(message), "\(error)")
    }
  }

  @Test func `aliases cannot multiply without end`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let last = "*a\(level - 1)"
      text += "a\(level): &a\(level) [\(Array(repeating: last, count: 10).joined(separator: ", "))]\n"
    }
    #expect(throws: YAMLMistake.self) { try YAMLReader.read(text) }
  }

  @Test(arguments: names)
  func `no cut and no changed byte stops the reader`(name: String) throws {
    let bytes = Array(try Self.text("\(name).yaml").utf8)
    let marks = Array("\n -:[]{}&*#|>'\"\\\t?,!a".utf8)
    var random = SplitMix(7)
    for end in 0...bytes.count {
      _ = try? YAMLReader.read(String(decoding: bytes[..<end], as: UTF8.self))
      var changed = bytes
      for _ in 0..<3 where !changed.isEmpty {
        let place = Int(truncatingIfNeeded: random.next() >> 40) % changed.count
        changed[place] = marks[Int(truncatingIfNeeded: random.next() >> 40) % marks.count]
      }
      _ = try? YAMLReader.read(String(decoding: changed, as: UTF8.self))
    }
  }
}
