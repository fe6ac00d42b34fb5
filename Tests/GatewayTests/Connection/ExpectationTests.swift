import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ExpectationTests {
  private static let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"

  @Test func `the server is asked, and its 100 passed on`() async throws {
    let upstream = try RawServer { peer, _ in
      let head = try peer.receive(through: "\r\n\r\n")
      #expect(head.contains("\r\nExpect: 100-continue\r\n"))
      #expect(!peer.hasInput)
      peer.send("HTTP/1.1 100 Continue\r\nX-Secret: 1\r\n\r\n")
      #expect(try peer.receive(through: "hi") == "hi")
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    client.send(Self.head)
    #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("hi")
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a server that wants no body says so before it is sent`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
      #expect(try peer.receiveUntilEnd() == "")
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    client.send(Self.head)
    let answer = try client.receiveUntilEnd()
    #expect(answer.hasPrefix("HTTP/1.1 401") && !answer.contains("100 Continue"))
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `a client that does not wait is not told to go on`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "hi")
      peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    client.send(Self.head + "hi")
    let answer = try client.receiveAnswer()
    #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("ok"))
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `an old client's expectation is none`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("POST / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
    #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 200"))
    #expect(upstream.seen.requests.first?.contains("Expect") == false)
    try await gateway.stop()
  }

  @Test func `interim heads are passed on without what is between two hops, and not to old clients`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes(
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: x-hop\r\nX-Hop: 1\r\n\r\n"
          + "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      )
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    #expect(try client.receive(through: "\r\n\r\n") == "HTTP/1.1 102 Processing\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    let old = try gateway.client()
    old.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
    #expect(try old.receiveUntilEnd().hasPrefix("HTTP/1.1 200"))
    try await gateway.stop()
  }

  @Test func `interim heads without end are no answer`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes(String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 33))
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receive(through: "upstream_malformed").contains("HTTP/1.1 502"))
    try await gateway.stop()
  }

  @Test func `trailers of an answer reach the client`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(
      try client.receive(through: "X-Sum: 7\r\n\r\n").hasSuffix("\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n"))
    try await gateway.stop()
  }

  @Test func `an answer that comes before the end of a large body, from a server that closes, still arrives`()
    async throws
  {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
    }
    let gateway = try await RunningGateway.start(
      ports: [upstream.port], settings: "limits: {body_bytes: 100000000}")
    for _ in 0..<10 {
      let client = try gateway.client()
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n")
      _ = client.sendAll(upTo: 3_000_000, milliseconds: 100)
      let answer = try client.receiveAnswer()
      #expect(answer.hasPrefix("HTTP/1.1 413") && answer.hasSuffix("big"))
    }
    try await gateway.stop()
    upstream.stop()
  }

  @Test func `an answer that ends with a reset is not made whole`() async throws {
    let upstream = try RawServer { peer, _ in
      _ = try peer.receive(through: "\r\n\r\n")
      peer.send("HTTP/1.0 200 OK\r\n\r\npart")
      peer.resetOnClose()
    }
    let gateway = try await RunningGateway.start(ports: [upstream.port])
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveUntilEnd().hasSuffix("0\r\n\r\n") == false)
    try await gateway.stop()
    upstream.stop()
  }
}
