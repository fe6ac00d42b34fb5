import Glibc
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct TimeoutTests {
  @Test func `a connection that is not made in time is 504, and another server is asked if there is one`()
    async throws
  {
    // Nobody accepts, and the kernel's own queue is full: further connections get no answer.
    let full = try RawServer(backlog: 0, nil)
    let holders = try (0..<2).map { _ in try RawClient(port: full.port, waits: false) }
    let alone = try await RunningGateway.start(ports: [full.port], upstream: "    connect_timeout_ms: 200")
    let client = try alone.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 504"))
    let good = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let both = try await RunningGateway.start(
      ports: [full.port, good.port], upstream: "    connect_timeout_ms: 200")
    for _ in 0..<4 {
      let client = try both.client()
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
      #expect(try client.receiveAnswer().hasSuffix("ok"))
    }
    withExtendedLifetime(holders) {}
    try await alone.stop()
    try await both.stop()
    full.stop()
  }

  @Test func `a server that stops in the middle of an answer is cut off`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
    }
    let gateway = try await RunningGateway.start(upstream, upstream: "    idle_timeout_ms: 200")
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveUntilEnd().hasSuffix("\r\n\r\nab"))
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }

  @Test func `a server that takes nothing of a body is given up`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      sleep(20)
    }
    let gateway = try await RunningGateway.start(
      ports: [upstream.port], settings: "limits: {body_bytes: 100000000}",
      upstream: "    idle_timeout_ms: 300")
    let client = try gateway.client()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000000\r\n\r\n")
    _ = client.sendAll(upTo: 90_000_000, milliseconds: 200)
    #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 504"))
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `an event stream has a limit of its own`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:a\n\r\n"
      )
    }
    let gateway = try await RunningGateway.start(
      upstream, upstream: "    idle_timeout_ms: 100\n    stream_idle_timeout_ms: 1500")
    let client = try gateway.client()
    let start = ContinuousClock.now
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveUntilEnd().hasSuffix(":a\n\r\n"))
    #expect(ContinuousClock.now - start > .seconds(1))
    try await gateway.stop()
  }

  @Test func `a place in the queue has a time-out too`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(
      upstream, upstream: "    connections_per_loop: 1\n    queue_timeout_ms: 200")
    let busy = try gateway.client()
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await upstream.wait { $0.requests.count == 1 }
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = try client.receiveAnswer()
    #expect(answer.contains("upstream_busy") && answer.contains("\r\nRetry-After: 1\r\n"))
    try await gateway.stop()
  }

  @Test func `a connection is not kept longer than its server says`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok", "Keep-Alive: timeout=1\r\n") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receiveAnswer()
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }
}
