import Testing

@testable import Gateway

@Suite struct RequestPathTests {
  private func check(_ target: String) throws(PathRefusal) -> RequestPath {
    let bytes = Array(target.utf8)
    return try RequestPath(0..<bytes.count, in: bytes.span)
  }

  @Test(
    arguments: [
      ("", PathRefusal.notAPath), ("v2", .notAPath), ("*", .notAPath),
      ("//", .emptySegment), ("/v2//slots", .emptySegment), ("//evil.test/x", .emptySegment),
      ("/.", .dotSegment), ("/..", .dotSegment), ("/v2/../internal", .dotSegment), ("/v2/./x", .dotSegment),
      ("/v2/%2e%2e/x", .dotSegment), ("/v2/.%2E/x", .dotSegment), ("/%2e", .dotSegment),
      ("/a/..?x", .dotSegment),
      ("/v2%2Finternal", .encodedSlash), ("/v2%2finternal", .encodedSlash), ("/a%5Cb", .backslash),
      ("/a\\b", .backslash), ("/a%00", .badEncoding), ("/a%0a", .badEncoding), ("/a%7f", .badEncoding),
      ("/a%", .badEncoding), ("/a%2", .badEncoding), ("/a%zz", .badEncoding), ("/a#b", .badByte),
      ("/a b", .badByte), ("/ä", .badByte), ("/a\u{7f}", .badByte),
    ])
  func `a path that could be read in two ways is refused`(target: String, refusal: PathRefusal) {
    #expect(throws: refusal) { try check(target) }
  }

  @Test(
    arguments: [
      ("/", 1, false), ("/v2/slots?start=//../%2f", 9, false), ("/.well-known/jwks.json", 22, false),
      ("/...", 4, false), ("/a..b/", 6, false), ("/caf%C3%A9", 10, true), ("/a%20b", 6, true),
      ("/%6c", 4, true), ("/a%25", 5, true), ("/a;b=c,d:@&=+$!*'()~_-", 22, false),
    ])
  func `a path with one reading is taken`(target: String, length: Int, isEncoded: Bool) throws {
    let path = try check(target)
    #expect(path.range == 0..<length)
    #expect(path.isEncoded == isEncoded)
  }

  @Test func `decoding resolves each encoding once`() throws {
    let bytes = Array("/a%2520%C3%A9/%6c?q=%41".utf8)
    let path = try RequestPath(0..<bytes.count, in: bytes.span)
    let decoded = path.decoded(in: bytes.span)
    #expect(String(decoding: decoded, as: UTF8.self) == "/a%20é/l")
  }

  @Test func `every refusal tells the client something else`() {
    #expect(Set(PathRefusal.allCases.map(\.message)).count == PathRefusal.allCases.count)
  }
}
