import Foundation
import Gateway
import Testing

/// What is answered from the store for one caller never contains what belongs to another.
@Suite(.serialized, .timeLimit(.minutes(2))) struct CacheLeakTests {
  /// An upstream that answers with the request's own head, so that whatever of it gets to somebody else is seen.
  private func echo(_ fields: String) async throws -> (ScriptedUpstream, CachedGateway) {
    let upstream = try await ScriptedUpstream.start { _, request in reply(request, fields) }
    return (upstream, try await CachedGateway.start(upstream, cache: "{stale_if_error_seconds: 60}"))
  }

  @Test(arguments: [
    "Authorization: Bearer mine\r\n", "Cookie: session=mine\r\n",
    "Authorization: Basic bWluZQ==\r\nCookie: a=mine\r\n",
  ])
  func `an answer to somebody known is nobody else's`(credentials: String) async throws {
    let (_, gateway) = try await echo("Cache-Control: max-age=60\r\n")
    _ = try gateway.get("/a", credentials + "X-Mark: mine\r\n")
    #expect(try !gateway.get("/a").body.contains("mine"))
    #expect(try !gateway.get("/a", "Cookie: session=other\r\n").body.contains("mine"))
    try await gateway.stop()
  }

  @Test func `somebody known is not given what is stored for everybody`() async throws {
    let (_, gateway) = try await echo("Cache-Control: max-age=60\r\n")
    _ = try gateway.get("/a")
    #expect(try gateway.get("/a", "Authorization: Bearer x\r\n").body.contains("Bearer x"))
    #expect(try !gateway.get("/a").body.contains("Bearer x"))
    try await gateway.stop()
  }

  @Test func `an answer that sets a cookie is nobody else's`() async throws {
    let (_, gateway) = try await echo("Cache-Control: public, s-maxage=60\r\nSet-Cookie: session=mine\r\n")
    _ = try gateway.get("/a", "X-Mark: mine\r\n")
    #expect(try !gateway.get("/a").body.contains("mine"))
    try await gateway.stop()
  }

  @Test func `fields that are named private do not reach anybody else`() async throws {
    let (_, gateway) = try await echo(
      "Cache-Control: max-age=60, private=\"X-User\", no-cache=\"Set-Cookie\"\r\nX-User: me\r\nSet-Cookie: a=b\r\n"
    )
    #expect(try gateway.get("/a").field("X-User") == "me")
    let second = try gateway.get("/a")
    #expect(second.isHit && second.field("X-User") == nil && second.field("Set-Cookie") == nil)
    try await gateway.stop()
  }

  @Test func `scheme, host, path, query and each spelling of them have answers of their own`() async throws {
    let (upstream, gateway) = try await echo("Cache-Control: max-age=60\r\n")
    let targets = [
      "/a", "/a?", "/a?x", "/a?X", "/A", "/%61", "/a?x=%61", "/a?x=a", "/a/", "/a;x", "/a?x&y", "/a?y&x",
    ]
    for (number, target) in targets.enumerated() { _ = try gateway.get(target, "X-Mark: mark\(number)\r\n") }
    for (number, target) in targets.enumerated() {
      #expect(try gateway.get(target).body.contains("mark\(number)\r"))
    }
    #expect(upstream.seen.requests.count == targets.count)
    for host in ["b.test", "a.test:8080", "a.test.", "xa.test"] {
      #expect(try !gateway.get("/a", host: host).body.contains("mark0\r"))
    }
    #expect(try gateway.get("/a", host: "A.TEST").body.contains("mark0\r"))
    try await gateway.stop()
  }

  @Test func `no field of the request leads to the key of another`() async throws {
    let (_, gateway) = try await echo("Cache-Control: max-age=60\r\n")
    for fields in [
      "X-Forwarded-Host: a.test\r\n", "X-Original-URL: /a\r\n", "X-Rewrite-URL: /a\r\n",
      "Forwarded: host=a.test\r\n",
      "X-HTTP-Method-Override: GET\r\n", "X-Forwarded-Proto: https\r\n",
    ] {
      _ = try gateway.get("/evil", fields + "X-Mark: evil\r\n", host: "evil.test")
    }
    #expect(try !gateway.get("/a").body.contains("evil"))
    let client = try gateway.client()
    client.send("GET http://a.test/abs HTTP/1.1\r\nHost: a.test\r\nX-Mark: same\r\n\r\n")
    _ = try client.receiveAnswer()
    #expect(try gateway.get("/abs").body.contains("same"))
    try await gateway.stop()
  }

  @Test func `a body, which is in no key, and HEAD store nothing`() async throws {
    let (_, gateway) = try await echo("Cache-Control: max-age=60\r\n")
    let client = try gateway.client()
    client.send("GET /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nevil")
    _ = try client.receiveAnswer()
    #expect(try !gateway.get("/a").body.contains("evil"))
    _ = try gateway.get("/b", "X-Mark: evil\r\n", method: "HEAD")
    #expect(try !gateway.get("/b").body.contains("evil"))
    try await gateway.stop()
  }

  @Test func `Vary keeps apart what it names, and everything when it names a star or what we write`()
    async throws
  {
    for (vary, first, second) in [
      ("Accept-Language", "Accept-Language: de\r\n", "Accept-Language: en\r\n"),
      ("Cookie", "Cookie: a\r\n", ""),
      ("*", "", ""), ("X-Forwarded-For", "", ""),
      ("Origin, User-Agent", "Origin: http://x\r\n", "User-Agent: y\r\n"),
    ] {
      let (_, gateway) = try await echo("Cache-Control: public, max-age=60\r\nVary: \(vary)\r\n")
      _ = try gateway.get("/a", first + "X-Mark: mine\r\n")
      #expect(try !gateway.get("/a", second).body.contains("mine"), "\(vary)")
      try await gateway.stop()
    }
  }
}
