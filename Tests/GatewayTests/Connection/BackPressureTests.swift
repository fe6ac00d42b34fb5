import Glibc
import Synchronization
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

  @Test func `what a client does not take is not the kernel's to keep either`() async throws {
    let handed = Mutex(0)
    let upstream = try RawServer { peer, _ in
      // Its own socket holds next to nothing, so that what it gets rid of is with the gateway and the client.
      var size: Int32 = 32_768
      _ = unsafe setsockopt(peer.descriptor, SOL_SOCKET, SO_SNDBUF, &size, 4)
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 16000000\r\n\r\n")
      let count = peer.sendAll(upTo: 16_000_000, milliseconds: 2_000)
      handed.withLock { $0 = count }
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receive(through: "\r\n\r\n")
    try await gateway.waitUntil { handed.withLock { $0 } > 0 }
    // The kernel by itself takes 2.5 MB and more for a client on this machine.
    #expect(handed.withLock { $0 } < 1_000_000)
    client.reset()
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a client that takes nothing for too long is dropped, and the kernel keeps nothing for it`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(268_435_456) }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {write_idle_ms: 300}")
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await upstream.wait { $0.ended == 1 }
    #expect(try client.endsWithReset())
    try await gateway.stop()
  }

  @Test func `those who stall together are not dropped together`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(268_435_456) }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {write_idle_ms: 1000}")
    let clients = try (0..<8).map { _ in try gateway.client() }
    for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
    try await upstream.wait { $0.ended >= 1 }
    let first = ContinuousClock.now
    try await upstream.wait { $0.ended == clients.count }
    #expect(first.duration(to: .now) > .milliseconds(250))
    for client in clients { client.reset() }
    try await gateway.stop()
  }

  @Test func `nor for one of HTTP/2, as wide as it has opened its windows`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(268_435_456) }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {write_idle_ms: 300}")
    let client = try gateway.client()
    let windows =
      FrameClient.setting(4, 0x7FFF_FFFF) + FrameClient.frame(8, stream: 0, FrameClient.integer(0x7FFF_0000))
    let head: [UInt8] = [0x82, 0x84, 0x86, 0x41, 0x01, 0x61]
    client.send(FrameClient.greeting + windows + FrameClient.frame(1, 5, stream: 1, head))
    try await upstream.wait { $0.ended == 1 }
    #expect(try client.endsWithReset())
    try await gateway.stop()
  }
}
