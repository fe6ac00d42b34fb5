import Gateway
import HTTPWire
import Testing

@Suite struct ReuseRuleTests {
  private func freshness(_ lifetime: Int, age: Int = 0) -> Freshness {
    var freshness = Freshness()
    freshness.lifetime = lifetime
    freshness.initialAge = age
    freshness.arrival = 1_000_000
    return freshness
  }

  private func wishes(_ text: String) -> CacheDirectives {
    var directives = CacheDirectives()
    let bytes = Array(text.utf8)
    directives.add(0..<bytes.count, in: bytes.span)
    return directives
  }

  @Test func `fresh until its lifetime is over, to the millisecond`() {
    let freshness = freshness(10, age: 4)
    #expect(ReuseRule(freshness, request: nil, now: 1_005_999) == .fresh)
    #expect(ReuseRule(freshness, request: nil, now: 1_006_000) == .validate)
    #expect(freshness.age(at: 1_005_999) == 9)
  }

  @Test func `a clock that goes back makes nothing younger than it came`() {
    #expect(freshness(10, age: 4).age(at: 0) == 4)
  }

  @Test func `stale is used while a new one is fetched, and no longer`() {
    var freshness = freshness(10)
    freshness.staleWhileRevalidate = 5
    #expect(ReuseRule(freshness, request: nil, now: 1_014_999) == .staleWhileRevalidate)
    #expect(ReuseRule(freshness, request: nil, now: 1_015_000) == .validate)
    freshness.forbidsStale = true
    #expect(ReuseRule(freshness, request: nil, now: 1_011_000) == .validate)
  }

  @Test(arguments: [
    ("no-cache", ReuseRule.validate), ("max-age=0", .validate), ("max-age=3", .validate),
    ("max-age=4", .fresh),
    ("min-fresh=6", .fresh), ("min-fresh=7", .validate), ("max-stale=9", .fresh),
  ])
  func `a client may ask for something newer`(wish: String, rule: ReuseRule) {
    #expect(ReuseRule(freshness(10), request: wishes(wish), now: 1_003_000) == rule)
  }

  @Test func `a client may take something stale, unless its maker forbids it`() {
    var freshness = freshness(10)
    #expect(ReuseRule(freshness, request: wishes("max-stale=5"), now: 1_015_000) == .stale)
    #expect(ReuseRule(freshness, request: wishes("max-stale=5"), now: 1_016_000) == .validate)
    #expect(ReuseRule(freshness, request: wishes("max-stale"), now: 9_000_000) == .stale)
    freshness.forbidsStale = true
    #expect(ReuseRule(freshness, request: wishes("max-stale"), now: 1_015_000) == .validate)
  }

  @Test func `an error is replaced as long as the answer, else the route, allows it`() {
    var freshness = freshness(10)
    #expect(!freshness.mayReplaceError(at: 1_011_000, allowance: 0))
    #expect(freshness.mayReplaceError(at: 1_011_000, allowance: 5))
    freshness.staleIfError = 2
    #expect(freshness.mayReplaceError(at: 1_012_000, allowance: 0))
    #expect(!freshness.mayReplaceError(at: 1_013_000, allowance: 100))
    freshness.forbidsStale = true
    #expect(!freshness.mayReplaceError(at: 1_011_000, allowance: 100))
  }
}

@Suite struct StoreRuleTests {
  private func judge(
    _ fields: String, status: Int = 200, credentials: Bool = false, heuristics: Bool = false
  ) throws -> StoreRule {
    let bytes = Array("HTTP/1.1 \(status) X\r\n\(fields)\r\n".utf8)
    var head = ResponseHead()
    #expect(try head.parse(bytes.span))
    return StoreRule(
      head, in: bytes.span,
      StoreRule.Circumstances(
        hasCredentials: credentials, allowsHeuristics: heuristics, asked: 1_795_000_000_000,
        arrived: 1_795_000_001_500))
  }

  private func refusal(_ rule: StoreRule) -> StoreRule.Refusal? {
    if case .refuse(let refusal) = rule { refusal } else { nil }
  }

  private func freshness(_ rule: StoreRule) -> Freshness? {
    if case .store(let freshness, _) = rule { freshness } else { nil }
  }

  @Test(arguments: [
    ("Cache-Control: max-age=60, no-store\r\n", StoreRule.Refusal.noStore),
    ("Cache-Control: max-age=60, private\r\n", .isPrivate),
    ("Cache-Control: max-age=60\r\nSet-Cookie: a=b\r\n", .cookie),
    ("Cache-Control: max-age=60\r\nCDN-Cache-Control: no-store\r\n", .noStore),
    ("Cache-Control: max-age=0\r\n", .useless), ("", .useless), ("ETag: \"a\"\r\n", .useless),
  ])
  func `what may not or need not be stored is not`(fields: String, reason: StoreRule.Refusal) throws {
    #expect(try refusal(judge(fields)) == reason)
  }

  @Test func `an answer to somebody known is stored only when it says that it is for all`() throws {
    #expect(try refusal(judge("Cache-Control: max-age=60\r\n", credentials: true)) == .credentials)
    for word in ["public", "must-revalidate", "s-maxage=60"] {
      #expect(try freshness(judge("Cache-Control: max-age=60, \(word)\r\n", credentials: true)) != nil)
    }
  }

  @Test func `parts and 304 are never stored`() throws {
    for status in [206, 304] {
      #expect(try refusal(judge("Cache-Control: max-age=60\r\n", status: status)) == .status)
    }
  }

  @Test func `the age of an answer is the worse of its Date, and its Age and delay`() throws {
    let old = try judge("Cache-Control: max-age=60\r\nDate: Wed, 18 Nov 2026 11:06:30 GMT\r\nAge: 3\r\n")
    #expect(freshness(old)?.initialAge == 11)
    let aged = try judge(
      "Cache-Control: max-age=60\r\nDate: Wed, 18 Nov 2026 11:06:41 GMT\r\nAge: 30, 99\r\n")
    #expect(freshness(aged)?.initialAge == 31)
  }

  @Test func `s-maxage goes before max-age and before Expires, a targeted field before all`() throws {
    let fields = "Cache-Control: max-age=1, s-maxage=2\r\nExpires: Sat, 28 Nov 2026 00:00:00 GMT\r\n"
    #expect(try freshness(judge(fields))?.lifetime == 2)
    #expect(try freshness(judge(fields))?.forbidsStale == true)
    #expect(try freshness(judge(fields + "CDN-Cache-Control: max-age=3\r\n"))?.lifetime == 3)
  }

  @Test func `a lifetime is guessed only where the route allows it`() throws {
    let fields = "Date: Wed, 18 Nov 2026 11:06:41 GMT\r\nLast-Modified: Wed, 18 Nov 2026 10:56:41 GMT\r\n"
    #expect(try freshness(judge(fields)) == nil)
    #expect(try freshness(judge(fields, heuristics: true))?.lifetime == 60)
    #expect(try freshness(judge(fields, status: 503, heuristics: true)) == nil)
  }
}

@Suite struct VarySelectionTests {
  private func names(_ fields: String) throws -> [String]? {
    let bytes = Array("HTTP/1.1 200 X\r\n\(fields)\r\n".utf8)
    var head = ResponseHead()
    #expect(try head.parse(bytes.span))
    return VarySelection.names(head.fields, in: bytes.span)?.map { String(decoding: $0, as: UTF8.self) }
  }

  private func select(_ names: [String], _ fields: String) throws -> VarySelection {
    let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
    var head = RequestHead()
    #expect(try head.parse(bytes.span))
    return VarySelection(names.map { Array($0.utf8) }, of: head.fields, in: bytes.span)
  }

  @Test func `a star anywhere selects nothing, and neither does what we write ourselves or what is no name`()
    throws
  {
    for value in ["*", "*, *", ", *", "Foo, *", "X-Forwarded-For", "Via", "Connection"] {
      #expect(try names("Vary: \(value)\r\n") == nil)
    }
    for value in ["Foo Bar", "Foo; Bar", "Foo=1", "\"Foo\"", "\"Foo, *"] {
      #expect(try names("Vary: \(value)\r\n") == nil)
    }
    #expect(try names("Vary: \r\nVary: *\r\n") == nil)
    #expect(try names("Vary: b, A\r\nVary: ,c\r\n") == ["a", "b", "c"])
    #expect(try names("") == [])
    #expect(try names("Vary: " + (0..<17).map { "f\($0)" }.joined(separator: ",") + "\r\n") == nil)
  }

  @Test func `lines are joined and white space is dropped, but not in quoted strings`() throws {
    #expect(try select(["foo"], "Foo: 1, 2\r\n") == select(["foo"], "Foo:  1\r\nFOO: 2 \r\n"))
    #expect(try select(["foo"], "Foo: \"a, b\"\r\n") != select(["foo"], "Foo: \"a,b\"\r\n"))
    #expect(try select(["foo"], "Foo: \r\n") != select(["foo"], ""))
    #expect(try select(["foo"], "Foo: a\r\n") != select(["foo"], "Foo: A\r\n"))
    #expect(
      try select(["accept-language"], "Accept-Language: en,de\r\n")
        == select(["accept-language"], "Accept-Language: EN , De\r\n"))
  }
}
