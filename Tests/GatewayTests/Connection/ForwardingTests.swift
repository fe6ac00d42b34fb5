import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ForwardingTests {
  @Test func `a forwarded head is the client's with our edits`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send(
      """
      GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\n\
      TE: trailers\r\nUpgrade: h2c\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: evil\r\nForwarded: for=evil\r\n\
      X-Real-IP: 9.9.9.9\r\nX-Daybook-User: 1\r\nx_forwarded_for: 9.9.9.9\r\nAccept: */*\r\n\
      X-Request-Id: client-id-0001\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\
      tracestate: a=b\r\n\r\n
      """)
    let answer = try client.receiveAnswer()
    let seen = try #require(upstream.seen.requests.first)
    #expect(seen.hasPrefix("GET /a?b=c HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n"))
    for line in [
      "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n", "X-Forwarded-Host: shop.test\r\n",
      "Forwarded: for=127.0.0.1;host=\"shop.test\";proto=http\r\n", "X-Request-Id: client-id-0001\r\n",
      "Via: 1.1 daybook\r\n", "tracestate: a=b\r\n",
    ] { #expect(seen.contains(line), "\(line)") }
    #expect(seen.contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"))
    #expect(!seen.contains("b7ad6b7169203331"))
    for word in ["9.9.9.9", "evil", "X-Mine", "Keep-Alive", "Upgrade", "X-Daybook", "TE:"] {
      #expect(!seen.contains(word), "\(word)")
    }
    #expect(answer.contains("X-Request-Id: client-id-0001\r\n") && answer.contains("Date: "))
    try await gateway.stop()
  }

  @Test func `a request id that is not well-formed is replaced`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Request-Id: a b\r\n\r\n")
    let answer = try client.receiveAnswer()
    #expect(answer.contains(/X-Request-Id: [a-z0-9]{26}\r\n/))
    #expect(!answer.contains("a b"))
    try await gateway.stop()
  }

  @Test func `requests of one connection share an upstream connection, pipelined ones are answered in order`()
    async throws
  {
    let upstream = try await ScriptedUpstream.start { number, _ in reply("answer \(number)") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("answer 0"))
    client.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /moved HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    #expect(try client.receiveAnswer().hasSuffix("answer 1"))
    #expect(try client.receiveAnswer().hasSuffix("answer 2"))
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    #expect(try client.receiveAnswer().hasSuffix("answer 3"))
    #expect(upstream.seen.connections == 1)
    try await gateway.stop()
  }

  @Test func `the answer to HEAD has no body and the connection goes on`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0 ? .bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") : reply("next")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer(isHead: true).contains("Content-Length: 99\r\n"))
    #expect(try client.receiveAnswer().hasSuffix("next"))
    try await gateway.stop()
  }

  @Test func `chunks pass to 1.1 clients and become plain bytes for 1.0 clients`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")
    }
    let gateway = try await RunningGateway.start(upstream)
    let new = try gateway.client()
    new.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try new.receive(through: "\r\n\r\n")
    #expect(try new.receive(through: "0\r\nX-Sum: 1\r\n\r\n") == "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")
    let old = try gateway.client()
    old.send("GET / HTTP/1.0\r\n\r\n")
    let answer = try old.receiveUntilEnd()
    #expect(answer.hasSuffix("\r\n\r\nhello") && !answer.contains("Transfer-Encoding"))
    try await gateway.stop()
  }

  @Test func `an answer without a length is chunked for a 1.1 client`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .last("HTTP/1.1 200 OK\r\n\r\nhello") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receive(through: "0\r\n\r\n").hasSuffix("5\r\nhello\r\n0\r\n\r\n"))
    client.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    try await gateway.stop()
  }

  @Test func `a 1.0 client that asks for it keeps its connection`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    for _ in 0..<2 {
      client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let answer = try client.receiveAnswer()
      #expect(answer.contains("Connection: keep-alive\r\n") && answer.hasSuffix("ok"))
    }
    client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try client.receiveUntilEnd().contains("Connection: close\r\n"))
    try await gateway.stop()
  }

  @Test func `early hints pass, a change of protocol nobody asked for does not`() async throws {
    let upstream = try await ScriptedUpstream.start { number, _ in
      number == 0
        ? .bytes(
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        ) : .bytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 103"))
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 502"))
    try await gateway.stop()
  }

  @Test func `events stream through one by one`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    sender.yield(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n: hi\n\n\r\n"
    )
    #expect(try client.receive(through: ": hi\n\n\r\n").contains("text/event-stream"))
    sender.yield("9\r\ndata: 1\n\n\r\n")
    #expect(try client.receive(through: "data: 1\n\n\r\n") == "9\r\ndata: 1\n\n\r\n")
    client.close()
    try await upstream.wait { _ in true }
    sender.yield("9\r\ndata: 2\n\n\r\n")
    sender.yield("9\r\ndata: 3\n\n\r\n")
    try await upstream.wait { $0.ended == 1 }
    try await gateway.stop()
  }
}
