import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct BackPressureTests {
  @Test func `an answer waits for its client instead of filling memory`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(268_435_456) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receive(through: "\r\n\r\n")
    // The client takes nothing: what the upstream could hand over is in sockets, not in the gateway.
    var last = -1
    while upstream.seen.floodBytes != last {
      last = upstream.seen.floodBytes
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(last < 32_000_000)
    // It goes on as soon as he takes it.
    #expect(try client.drop(limit: 100_000_000) >= 100_000_000)
    try await gateway.stop()
  }

  @Test func `a client that takes nothing for too long is dropped`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(268_435_456) }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {write_idle_ms: 300}")
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }
}
