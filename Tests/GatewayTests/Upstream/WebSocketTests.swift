import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct WebSocketTests {
  /// The example of RFC 6455, 1.3.
  private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
  private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

  private static func handshake(
    _ fields: String = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(WebSocketTests.key)\r\n"
  ) -> String {
    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\(fields)\r\n"
  }

  private static func agree(_ accept: String = WebSocketTests.accept) -> String {
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
  }

  private func gateway(_ upstream: RawServer, upstream settings: String = "", more: String = "") async throws
    -> RunningGateway
  {
    try await RunningGateway.start(
      servers: ["127.0.0.1:\(upstream.port)"], route: "websocket: true", settings: more, upstream: settings)
  }

  @Test func `after a handshake that both sides mean, bytes go both ways until one side ends it`()
    async throws
  {
    let upstream = try RawServer { peer, _ in
      let head = try peer.receive(through: "\r\n\r\n")
      guard head.contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"),
        head.contains("Sec-WebSocket-Key: \(Self.key)")
      else { return }
      // The first frame comes with the head.
      peer.send(Self.agree() + "hello")
      let said = try peer.receive(through: "!")
      peer.send("echo \(said)")
      #expect(try peer.receiveUntilEnd() == "more")
      peer.send("bye")
    }
    let gateway = try await gateway(upstream)
    let client = try gateway.client()
    client.send(Self.handshake())
    let head = try client.receive(through: "\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 101 ") && head.contains("\r\nSec-WebSocket-Accept: \(Self.accept)\r\n"))
    #expect(
      head.contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n") && head.contains("X-Request-Id"))
    #expect(try client.receive(through: "hello") == "hello")
    client.send("over!")
    #expect(try client.receive(through: "!") == "echo over!")
    client.send("more")
    client.endInput()
    #expect(try client.receiveUntilEnd() == "bye")
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a server that agrees to something else is 502, one that refuses answers for itself`()
    async throws
  {
    let upstream = try RawServer { peer, number in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(
        number == 0
          ? Self.agree("AAAAAAAAAAAAAAAAAAAAAAAAAAA=") : "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")
      _ = try peer.receiveUntilEnd()
    }
    let gateway = try await gateway(upstream)
    let client = try gateway.client()
    client.send(Self.handshake())
    #expect(try client.receiveAnswer().contains("upstream_malformed"))
    client.send(Self.handshake())
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 403"))
    client.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a handshake that is none is refused, with the version that is spoken`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      servers: ["127.0.0.1:\(upstream.port)"], route: "websocket: true")
    for (fields, status) in [
      ("Sec-WebSocket-Key: \(Self.key)\r\n", "426"),
      ("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: \(Self.key)\r\n", "426"),
      ("Sec-WebSocket-Version: 13\r\n", "400"),
      ("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n", "400"),
      (
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \(Self.key)\r\nSec-WebSocket-Key: \(Self.key)\r\n",
        "400"
      ),
    ] {
      let client = try gateway.client()
      client.send(Self.handshake(fields))
      let answer = try client.receiveAnswer()
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(fields)")
      if status == "426" { #expect(answer.contains("\r\nSec-WebSocket-Version: 13\r\n")) }
    }
    #expect(upstream.seen.requests.isEmpty)
    try await gateway.stop()
  }

  @Test(arguments: ["h2c", "TLS/1.0", "websocket, h2c"])
  func `anything else that asks for another protocol is forwarded as if it had not`(protocol name: String)
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      servers: ["127.0.0.1:\(upstream.port)"], route: "websocket: true")
    let client = try gateway.client()
    client.send(
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: \(name)\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    )
    #expect(try client.receiveAnswer().hasSuffix("up"))
    let seen = try #require(upstream.seen.requests.first).lowercased()
    #expect(!seen.contains("upgrade") && !seen.contains("http2-settings"))
    try await gateway.stop()
  }

  @Test func `a route that does not allow it strips the handshake`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(Self.handshake())
    #expect(try client.receiveAnswer().hasSuffix("up"))
    #expect(upstream.seen.requests.first?.lowercased().contains("upgrade:") == false)
    try await gateway.stop()
  }

  @Test func `one in which nobody says anything is closed`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(Self.agree())
      #expect(try peer.receiveUntilEnd() == "")
    }
    let gateway = try await gateway(
      upstream, upstream: "    stream_idle_timeout_ms: 300\n    idle_timeout_ms: 60000")
    let client = try gateway.client()
    client.send(Self.handshake())
    _ = try client.receive(through: "\r\n\r\n")
    #expect(try client.receiveUntilEnd() == "")
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `the idle limits of ordinary requests do not count`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(Self.agree())
      peer.send("echo \(try peer.receive(through: "!"))")
    }
    let gateway = try await gateway(
      upstream, upstream: "    idle_timeout_ms: 100\n    first_byte_timeout_ms: 100",
      more: "timeouts: {body_idle_ms: 100, head_ms: 100, keep_alive_ms: 100}\nlimits: {body_bytes: 1}")
    let client = try gateway.client()
    client.send(Self.handshake())
    _ = try client.receive(through: "\r\n\r\n")
    try await Task.sleep(for: .milliseconds(600))
    client.send("still there!")
    #expect(try client.receive(through: "!") == "echo still there!")
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a drain says so between two frames, and lets the client close`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(Self.agree())
      // Half a frame of five bytes.
      peer.send([0x82, 5, 1, 2])
      _ = try peer.receive(through: "go")
      peer.send([3, 4, 5])
      // The client's own Close, as it comes; nothing of ours before it.
      #expect(try peer.receive(through: "bye") == "bye")
    }
    let gateway = try await gateway(upstream)
    let client = try gateway.client()
    client.send(Self.handshake())
    _ = try client.receive(through: "\r\n\r\n")
    #expect(try client.receiveBytes(4) == [0x82, 5, 1, 2])
    async let stopped: Void = gateway.stop()
    // The listener closes first; then the connections are told.
    while (try? gateway.client()) != nil { try await Task.sleep(for: .milliseconds(20)) }
    client.send("go")
    #expect(try client.receiveBytes(7) == [3, 4, 5, 0x88, 2, 3, 0xE9])
    client.send("bye")
    #expect(try client.receiveUntilEnd() == "")
    try await stopped
    upstream.stop()
  }

  @Test func `a server that goes on talking gives a silent client no more time in a drain`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(Self.agree())
      for _ in 0..<200 {
        peer.send([0x81, 1, 0x2E])
        Thread.sleep(forTimeInterval: 0.1)
      }
    }
    let gateway = try await gateway(upstream, more: "timeouts: {drain_ms: 40000}")
    let client = try gateway.client()
    client.send(Self.handshake())
    _ = try client.receive(through: "\r\n\r\n")
    let start = ContinuousClock().now
    try await gateway.stop()
    #expect(ContinuousClock().now - start < .seconds(15))
    upstream.stop()
  }

  @Test func `a client that takes nothing holds up its server`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send(Self.agree())
      let sent = peer.sendAll(upTo: 200_000_000, milliseconds: 500)
      #expect(sent < 60_000_000)
    }
    let gateway = try await gateway(upstream)
    let client = try gateway.client()
    client.send(Self.handshake())
    _ = try client.receive(through: "\r\n\r\n")
    try await Task.sleep(for: .milliseconds(1_500))
    #expect(try client.drop(limit: 200_000_000) > 0)
    try await gateway.stop()
    upstream.stop()
  }
}
