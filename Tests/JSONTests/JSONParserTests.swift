import JSON
import Testing

@Suite struct JSONParserTests {
  private func parse(_ text: String, _ limits: JSONLimits = JSONLimits()) throws -> JSONValue {
    try JSONValue(parsing: Array(text.utf8), limits: limits)
  }

  private func reason(_ text: String, _ limits: JSONLimits = JSONLimits()) -> JSONError.Reason? {
    do {
      _ = try JSONValue(parsing: Array(text.utf8), limits: limits)
      return nil
    } catch {
      return error.reason
    }
  }

  @Test(arguments: [
    ("null", JSONValue.null), ("true", .bool(true)), (" false\n", .bool(false)), ("0", .int(0)),
    ("-0", .int(0)),
    ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
    ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.5", .double(1.5)), ("1e2", .double(100)),
    ("-1.25E-2", .double(-0.0125)), ("\"\"", .string("")), ("\"a\\u00e9\\n\\/\"", .string("aé\n/")),
    ("\"\\ud83d\\ude00\"", .string("😀")), ("[]", .array([])),
    ("[1, [2]]", .array([.int(1), .array([.int(2)])])),
    ("{}", .object([:])), ("{\"a\":false}", .object(["a": .bool(false)])),
    ("{ \"a\" : 1 , \"b\" : null }", .object(["a": .int(1), "b": .null])),
  ])
  func `a document of RFC 8259 becomes its value`(_ text: String, _ expected: JSONValue) throws {
    #expect(try parse(text) == expected)
  }

  @Test(arguments: [
    ("", JSONError.Reason.empty), ("  ", .empty), ("[1", .unexpectedEnd), ("{\"a\"", .unexpectedEnd),
    ("\"abc", .unexpectedEnd), ("tru", .unexpectedEnd), ("trux", .unexpectedByte), ("[1,]", .unexpectedByte),
    ("{\"a\":1,}", .unexpectedByte), ("{a:1}", .unexpectedByte), ("'a'", .unexpectedByte), ("01", .badNumber),
    ("-", .badNumber), ("1.", .badNumber), ("1e", .badNumber), (".5", .unexpectedByte),
    ("+1", .unexpectedByte),
    ("NaN", .unexpectedByte), ("1e400", .numberTooLarge), ("\"\\x\"", .badEscape),
    ("\"\\u12g4\"", .badEscape),
    ("\"\\ud800\"", .loneSurrogate), ("\"\\udc00\"", .loneSurrogate), ("\"\\ud800\\u0041\"", .loneSurrogate),
    ("\"a\u{1}\"", .controlByteInString), ("\"\\u0000\"", .nulInString), ("1 2", .trailingBytes),
    ("{} x", .trailingBytes), ("{\"a\":1,\"a\":2}", .duplicateKey("a")), ("/**/1", .unexpectedByte),
  ])
  func `what is not a document is refused with its reason`(_ text: String, _ expected: JSONError.Reason) {
    #expect(reason(text) == expected)
  }

  @Test func `bytes that are not UTF-8 are refused`() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xC0, 0x80, 0x22]) }
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xED, 0xA0, 0x80, 0x22]) }
  }

  @Test func `depth and width are bounded`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(reason(deep) == .tooDeep(limit: 16))
    #expect(reason("[[1]]", JSONLimits(depth: 2)) == nil)
    #expect(reason("[[[1]]]", JSONLimits(depth: 2)) == .tooDeep(limit: 2))
    let wide = "[" + String(repeating: "1,", count: 1000) + "1]"
    #expect(reason(wide) == .tooManyMembers(limit: 1000))
  }

  @Test func `a key that stands twice is found in a large object too`() {
    let members = (0..<40).map { "\"k\($0)\":0" }
    #expect(reason("{" + members.joined(separator: ",") + "}") == nil)
    #expect(reason("{" + (members + ["\"k3\":1"]).joined(separator: ",") + "}") == .duplicateKey("k3"))
    #expect(reason("{" + (members + ["\"k20\":1"]).joined(separator: ",") + "}") == .duplicateKey("k20"))
  }

  @Test func `a long number is refused before it is converted`() {
    #expect(reason(String(repeating: "9", count: 65)) == .numberTooLarge)
  }

  @Test func `any cut of a document is an error and never a crash`() {
    let text = Array("{\"a\":[1,-2.5e3,true,false,null,\"x\\u00e9\\ud83d\\ude00\"],\"b\":{\"c\":\"\"}}".utf8)
    for length in 0..<text.count {
      #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<length])) }
    }
  }

  @Test func `random bytes never crash the parser`() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("{}[]\",:\\u0123456789eE+-.truefalsn \n\u{7f}é".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        alphabet.randomElement(using: &random) ?? 0
      }
      guard let value = try? JSONValue(parsing: bytes) else { continue }
      // What is accepted comes back the same.
      #expect((try? JSONValue(parsing: value.bytes)) == value)
    }
  }
}
