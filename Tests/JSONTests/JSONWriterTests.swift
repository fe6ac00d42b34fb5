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
        json.member("f", raw: Array("{\"x\":1}".utf8))
      }
    }
    #expect(text == #"{"a":1,"b":[1,2],"c":{},"d":null,"e":null,"f":{"x":1}}"#)
  }

  @Test func `text is escaped so that it stays text in JSON and in HTML`() {
    #expect(text { $0.string("a\"\\\n\r\t\u{1}</script>é😀") } == #""a\"\\\n\r\t\u0001\u003c/script>é😀""#)
  }

  /// Texts are looked at eight bytes at a time: each place in a word and behind it, and what carries from byte to byte.
  @Test(arguments: 0...17) func `each byte that has to be escaped is, wherever it stands`(_ length: Int)
    throws
  {
    for place in 0..<max(1, length) {
      for byte in UInt8(1)...127 {
        for filler in ["a", "\u{7F}", "!", "=", "]"] as [Unicode.Scalar] {
          var scalars = [Unicode.Scalar](repeating: filler, count: length)
          if place < length { scalars[place] = Unicode.Scalar(byte) }
          let original = String(String.UnicodeScalarView(scalars)) + "é"
          let written = text { $0.string(original) }
          #expect(!written.utf8.contains { $0 < 0x20 || $0 == UInt8(ascii: "<") })
          #expect(try JSONValue(parsing: Array("[\(written)]".utf8)) == .array([.string(original)]))
        }
      }
    }
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
