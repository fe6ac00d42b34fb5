import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct RequestBodyTests {
  @Test func `a chunked body reaches upstream without its extensions`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhe")
    client.send("llo\r\n0\r\nX-Sum: 1\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    let seen = try #require(upstream.seen.requests.first)
    #expect(seen.contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(seen.hasSuffix("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"))
    try await gateway.stop()
  }

  @Test func `a client that waits for 100 gets it at last, also from a server that never says it`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("hi")
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    try await gateway.stop()
  }

  @Test func `a body over the limit is 413, announced or not`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream, settings: "limits: {body_bytes: 10}")
    let announced = try gateway.client()
    announced.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
    #expect(try announced.receiveAnswer().hasPrefix("HTTP/1.1 413"))
    let chunked = try gateway.client()
    chunked.send(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n")
    #expect(try chunked.receiveAnswer().hasPrefix("HTTP/1.1 413"))
    #expect(upstream.seen.requests.isEmpty)
    try await gateway.stop()
  }

  @Test func `an early answer reaches the client, and the rest of the body nobody`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\nabc")
    let answer = try client.receiveAnswer()
    #expect(
      answer.hasPrefix("HTTP/1.1 403") && answer.contains("Connection: close") && answer.hasSuffix("no"))
    client.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveUntilEnd() == "")
    #expect(upstream.seen.requests.count == 1)
    try await gateway.stop()
  }

  @Test func `a body for a local answer is dropped, never taken for a request`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      upstream, settings: "  - {path: /here, methods: [GET], redirect: {to: /there, status: 308}}")
    let client = try gateway.client()
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    client.send("GET /here HTTP/1.1\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n\(smuggled)")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("up"))
    #expect(upstream.seen.requests.map { $0.prefix(9) } == ["GET /next"])
    try await gateway.stop()
  }

  @Test func `an upload waits for the upstream instead of filling memory`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream, settings: "limits: {body_bytes: 1000000000}")
    let client = try gateway.client()
    // The upstream reads everything here, so all of it gets through.
    client.send("POST /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 33554432\r\n\r\n")
    #expect(client.sendAll(upTo: 33_554_432, milliseconds: 5_000) == 33_554_432)
    try await upstream.wait { $0.bodyBytes >= 33_554_432 - 65_536 }
    try await gateway.stop()
  }
}
