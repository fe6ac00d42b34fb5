import JSON
import Testing

@Suite struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `commas stand between members and elements only`() {
    let text = text { json in
      json.object { json in
        json.member("a", 1)
        json.array("b", [1, 2]) { $0.int($1) }
        json.object("c") { _ in }
        json.member("d", JSONValue.null)
        json.member("e", String?.none)
        json.member("f", raw: "{\"x\":1}".utf8)
      }
    }
    #expect(text == #"{"a":1,"b":[1,2],"c":{},"d":null,"e":null,"f":{"x":1}}"#)
  }

  @Test func `text is escaped so that it stays text in JSON and in HTML`() {
    #expect(text { $0.string("a\"\\\n\r\t\u{1}</script>é😀") } == #""a\"\\\n\r\t\u0001\u003c/script>é😀""#)
  }

  @Test(arguments: [0, 1, -1, 10, -907, Int.max, Int.min])
  func `whole numbers are written in full`(_ number: Int) {
    #expect(text { $0.int(number) } == String(number))
  }

  @Test func `a tree reads back as itself`() throws {
    let value = JSONValue.object([
      "s": .string("ü\u{2028}<"), "n": .double(0.1), "a": .array([.bool(true), .null, .object([:])]),
    ])
    #expect(try JSONValue(parsing: value.bytes) == value)
  }
}
