import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct CircuitTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func `a server that refuses is left alone, and found again without spending a request`() async throws
  {
    let port = RawClient.freePort()
    let gateway = try await RunningGateway.start(
      ports: [port], upstream: "    circuit: {failures: 2, open_ms: 100}\n    slow_start_ms: 0")
    let client = try gateway.client()
    for reason in ["upstream_unreachable", "upstream_unreachable", "upstream_unavailable"] {
      client.send(Self.get)
      let answer = try client.receiveAnswer()
      #expect(answer.contains(reason))
      if reason == "upstream_unavailable" {
        #expect(answer.hasPrefix("HTTP/1.1 503") && answer.contains("\r\nRetry-After: 1\r\n"))
      }
    }
    let upstream = try await ScriptedUpstream.start(on: port) { _, _ in reply("ok") }
    try await upstream.wait { $0.connections == 1 }
    // Its connection is there; the trial may be a moment away.
    try await gateway.waitForAnswer(Self.get, "ok")
    #expect(upstream.seen.connections == 1)
    try await gateway.stop()
  }

  @Test func `a server that does not answer in time is left alone, tried by one request, and used again`()
    async throws
  {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let slow = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .silence : number == 1 ? .pieces(pieces) : reply("slow")
    }
    let gateway = try await RunningGateway.start(
      slow,
      upstream:
        "    first_byte_timeout_ms: 3000\n    circuit: {failures: 1, open_ms: 1000}\n    slow_start_ms: 0")
    let client = try gateway.client()
    client.send(Self.get)
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 504"))
    client.send(Self.get)
    #expect(try client.receiveAnswer().contains("upstream_unavailable"))
    try await slow.wait { $0.connections == 2 }
    try await gateway.waitForTrial(client, Self.get, slow)
    // The trial is under way: nobody else is sent there.
    let other = try gateway.client()
    other.send(Self.get)
    #expect(try other.receiveAnswer().contains("upstream_unavailable"))
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntrial")
    #expect(try client.receiveAnswer().hasSuffix("trial"))
    other.send(Self.get)
    #expect(try other.receiveAnswer().hasSuffix("slow"))
    try await gateway.stop()
  }

  @Test func `a server whose answers are mostly 500 gets no more while another is there`() async throws {
    let bad = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
    }
    let good = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(
      bad, good, upstream: "    circuit: {error_percent: 50, error_requests: 4, open_ms: 60000}")
    let client = try gateway.client()
    for _ in 0..<60 {
      client.send(Self.get)
      _ = try client.receiveAnswer()
    }
    #expect(bad.seen.requests.count == 4)
    try await gateway.stop()
  }
}
