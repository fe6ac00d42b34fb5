import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct CachePurgeTests {
  private static let tagged =
    "Cache-Control: max-age=60, stale-while-revalidate=60, stale-if-error=60\r\nCache-Tag: event-type:1, host:7\r\n"

  @Test func `a purge by tag or path is effective at once, on every loop, and tags are not shown`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, request in
      reply(
        "x",
        request.contains("/b") ? "Cache-Control: max-age=60\r\nSurrogate-Key: other two\r\n" : Self.tagged)
    }
    let gateway = try await CachedGateway.start(upstream, loops: 2)
    let first = try gateway.get("/a?q=1")
    #expect(first.field("Cache-Tag") == nil)
    _ = try gateway.get("/b")
    #expect(try gateway.get("/a?q=1").isHit && gateway.get("/a?q=1").field("Cache-Tag") == nil)
    gateway.gateway.purges.purge(tag: Array("event-type:1".utf8).span)
    #expect(try !gateway.get("/a?q=1").isHit && gateway.get("/b").isHit)
    gateway.gateway.purges.purge(path: Array("/a".utf8).span)
    #expect(try !gateway.get("/a?q=1").isHit && gateway.get("/b").isHit)
    gateway.gateway.purges.purge(tag: Array("two".utf8).span)
    #expect(try !gateway.get("/b").isHit)
    try await gateway.stop()
  }

  @Test func `an answer that was on its way during a purge is not stored, and nobody who came later gets it`()
    async throws
  {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .pieces(pieces) : reply("new", Self.tagged)
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 60000}")
    let early = try gateway.client()
    early.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n")
    try await upstream.wait { $0.requests.count == 1 }
    gateway.gateway.purges.purge(tag: Array("host:7".utf8).span)
    let late = try gateway.client()
    late.send("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n")
    try await Task.sleep(for: .milliseconds(100))
    sender.yield("HTTP/1.1 200 OK\r\n\(Self.tagged)Content-Length: 3\r\n\r\nold")
    #expect(try early.receiveAnswer().body == "old")
    #expect(try late.receiveAnswer().body == "new")
    #expect(try gateway.get("/a").body == "new")
    try await gateway.stop()
  }

  @Test func `while purges do not reach us nothing stored is used`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in reply("\(number)", Self.tagged) }
    let gateway = try await CachedGateway.start(upstream)
    _ = try gateway.get("/a")
    gateway.gateway.purges.setHearsPurges(false)
    #expect(try gateway.get("/a").body == "1")
    gateway.gateway.purges.setHearsPurges(true)
    #expect(try gateway.get("/a").body == "0")
    try await gateway.stop()
  }

  @Test func `an operator purges through the admin listener, and a web page cannot`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("x", Self.tagged) }
    let gateway = try await CachedGateway.start(upstream)
    let port = try #require(gateway.gateway.adminPort)
    let listener = ListenerConfiguration(address: "127.0.0.1", port: port)
    _ = try gateway.get("/a")
    let yes = "X-Daybook-Purge: yes"
    #expect(
      try AdminClient.post("/cache/purge?tag=host%3A7", field: "Origin: http://evil", to: listener).status
        == 403)
    #expect(try AdminClient.post("/cache/purge", field: yes, to: listener).status == 400)
    #expect(try AdminClient.post("/cache/purge?tag=", field: yes, to: listener).status == 400)
    #expect(try gateway.get("/a").isHit)
    let answer = try AdminClient.post("/cache/purge?tag=host%3A7&path=%2Fx", field: yes, to: listener)
    #expect(answer.status == 200 && answer.body.contains("2"))
    #expect(try !gateway.get("/a").isHit)
    _ = try AdminClient.post("/cache/purge?all", field: yes, to: listener)
    #expect(try !gateway.get("/a").isHit)
    try await gateway.stop()
  }
}
