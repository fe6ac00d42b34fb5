import Foundation
import Gateway
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct CrowdTests {
  private static let minute = "Cache-Control: max-age=60\r\n"

  private func crowd(_ count: Int, on gateway: CachedGateway, _ target: String = "/a") throws -> [RawClient] {
    try (0..<count).map { _ in
      let client = try gateway.client()
      client.send("GET \(target) HTTP/1.1\r\nHost: a.test\r\n\r\n")
      return client
    }
  }

  @Test func `one request is sent for a crowd on all loops`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 60000}", loops: 3)
    let clients = try crowd(60, on: gateway)
    try await upstream.wait { $0.requests.count == 1 }
    // The leader's head is here, and all that come now wait for the rest.
    sender.yield("HTTP/1.1 200 OK\r\n\(Self.minute)Content-Length: 10\r\n\r\nhello")
    let more = try crowd(20, on: gateway)
    try await Task.sleep(for: .milliseconds(200))
    sender.yield("world")
    for client in clients + more { #expect(try client.receiveAnswer().body == "helloworld") }
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `one request asks about a stale answer for a crowd`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? reply("body", "Cache-Control: max-age=0\r\nETag: \"v\"\r\n") : .pieces(pieces)
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 60000}", loops: 2)
    _ = try gateway.get("/a")
    let clients = try crowd(40, on: gateway)
    try await upstream.wait { $0.requests.count == 2 }
    try await Task.sleep(for: .milliseconds(200))
    sender.yield("HTTP/1.1 304 Not Modified\r\nETag: \"v\"\r\n\(Self.minute)\r\n")
    for client in clients { #expect(try client.receiveAnswer().body == "body") }
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }

  @Test func `when the answer is not for sharing all others ask at the same time, and none gets another's`()
    async throws
  {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let held = Mutex(0)
    let upstream = try await ScriptedUpstream.start { number, _ in
      if number == 0 { return .pieces(pieces) }
      held.withLock { $0 += 1 }
      return reply("own \(number)", "Cache-Control: private\r\n")
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 60000}", loops: 2)
    let clients = try crowd(20, on: gateway)
    try await upstream.wait { $0.requests.count == 1 }
    try await Task.sleep(for: .milliseconds(200))
    // Only the head: the others do not wait for the body.
    sender.yield("HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 5\r\n\r\n")
    try await upstream.wait { $0.requests.count == 20 }
    sender.yield("own 0")
    let bodies = try Set(clients.map { try $0.receiveAnswer().body })
    #expect(bodies == Set((0..<20).map { "own \($0)" }))
    try await gateway.stop()
  }

  @Test func `when the one who asks goes away another one asks`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .silence : reply("ok", Self.minute)
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 60000}")
    let leader = try crowd(1, on: gateway)[0]
    try await upstream.wait { $0.requests.count == 1 }
    let others = try crowd(10, on: gateway)
    try await Task.sleep(for: .milliseconds(200))
    leader.reset()
    for client in others { #expect(try client.receiveAnswer().body == "ok") }
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }

  @Test func `nobody waits longer than the route allows`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .silence : reply("ok", Self.minute)
    }
    let gateway = try await CachedGateway.start(upstream, cache: "{crowd_wait_ms: 200}")
    let leader = try crowd(1, on: gateway)[0]
    try await upstream.wait { $0.requests.count == 1 }
    #expect(try crowd(1, on: gateway)[0].receiveAnswer().body == "ok")
    leader.close()
    try await gateway.stop()
  }

  @Test func `variants do not wait for each other once they are known`() async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      let word = request.contains("Lang: b") ? "b" : "a"
      return reply(word, Self.minute + "Vary: Lang\r\n")
    }
    let gateway = try await CachedGateway.start(upstream)
    for word in ["a", "b", "a", "b"] { #expect(try gateway.get("/a", "Lang: \(word)\r\n").body == word) }
    #expect(upstream.seen.requests.count == 2)
    try await gateway.stop()
  }
}
