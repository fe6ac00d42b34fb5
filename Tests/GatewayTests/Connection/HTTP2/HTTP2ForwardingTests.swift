import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct HTTP2ForwardingTests {
  @Test func `a stream is forwarded as one request with the edits of HTTP 1`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      reply("ok", "X-Answer: 1\r\nConnection: close\r\n")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(
      1,
      [
        ":path: /a?b=c", "accept: */*", "x-forwarded-for: 9.9.9.9", "forwarded: for=evil", "cookie: a=b",
        "te: trailers",
        "cookie: c=d", "x-request-id: client-id-0001",
      ])
    let answer = try await client.receive(1)
    #expect(answer.status == "200" && answer.text == "ok")
    #expect(answer.fields.contains("x-answer: 1") && answer.fields.contains("x-request-id: client-id-0001"))
    #expect(answer.fields.contains { $0.hasPrefix("date: ") })
    #expect(!answer.fields.contains { $0.hasPrefix("connection") || $0.hasPrefix("transfer-encoding") })
    let seen = try #require(upstream.seen.requests.first)
    #expect(seen.hasPrefix("GET /a?b=c HTTP/1.1\r\nhost: a.test\r\naccept: */*\r\n"))
    for line in [
      "cookie: a=b; c=d\r\n", "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Host: a.test\r\n",
      "Via: 2.0 daybook\r\n",
    ] { #expect(seen.contains(line), "\(line) in \(seen)") }
    #expect(!seen.contains("9.9.9.9") && !seen.contains("evil") && !seen.lowercased().contains("te:"))
    client.close()
    try await gateway.stop()
  }

  @Test func `streams are answered as their answers come, not in their order`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /slow") ? .pieces(pieces) : reply("fast")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":path: /slow"])
    try client.request(3, [":path: /fast"])
    #expect(try await client.receive(3).text == "fast")
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsl")
    try await client.wait { $0.answer(1).text == "sl" }
    sender.yield("ow")
    #expect(try await client.receive(1).text == "slow")
    client.close()
    try await gateway.stop()
  }

  @Test func `a body with a length goes as it is, one without becomes chunks`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":method: POST", "content-length: 5"], ends: false)
    client.data(1, "hel")
    client.data(1, "lo", ends: true)
    #expect(try await client.receive(1).status == "200")
    try client.request(3, [":method: POST"], ends: false)
    client.data(3, "hello", ends: true)
    #expect(try await client.receive(3).status == "200")
    try client.request(5, [":method: POST"], ends: false)
    client.data(5, "hello")
    client.send(FrameClient.frame(1, 5, stream: 5, try client.block(["x-sum: 7"], fills: false)))
    #expect(try await client.receive(5).status == "200")
    let bodies = upstream.seen.requests.map {
      $0.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "|")
    }
    #expect(bodies[0] == "hello")
    #expect(upstream.seen.requests[1].hasSuffix("5\r\nhello\r\n0\r\n\r\n"))
    #expect(upstream.seen.requests[2].hasSuffix("5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n"))
    #expect(upstream.seen.connections == 1)
    client.close()
    try await gateway.stop()
  }

  @Test func `an answer in chunks, without a length, to HEAD, and without a body`() async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      switch request.split(separator: " ")[1] {
      case "/chunks": .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
      case "/close": .last("HTTP/1.1 200 OK\r\n\r\nhello")
      case "/head": .bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
      default: .bytes("HTTP/1.1 204 No Content\r\n\r\n")
      }
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":path: /chunks"])
    #expect(try await client.receive(1).text == "hello")
    #expect(!client.answer(1).fields.contains { $0.hasPrefix("transfer-encoding") })
    try client.request(3, [":path: /close"])
    #expect(try await client.receive(3).text == "hello")
    try client.request(5, [":path: /head", ":method: HEAD"])
    #expect(try await client.receive(5).fields.contains("content-length: 99"))
    #expect(client.answer(5).dataFrames == 0)
    try client.request(7)
    #expect(try await client.receive(7).status == "204")
    #expect(client.answer(7).dataFrames == 0)
    client.close()
    try await gateway.stop()
  }

  @Test func `trailers of an answer come after its body`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1)
    let answer = try await client.receive(1)
    #expect(answer.text == "hello" && answer.heads.count == 2 && answer.fields == ["x-sum: 7"])
    client.close()
    try await gateway.stop()
  }

  @Test func `interim answers and the expectation of 100`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":method: POST", "expect: 100-continue", "content-length: 1"], ends: false)
    try await client.wait { $0.answer(1).heads.count == 1 }
    #expect(client.answer(1).fields == [":status: 100"])
    client.data(1, "x", ends: true)
    let answer = try await client.receive(1)
    #expect(answer.heads.map { $0[0] } == [":status: 100", ":status: 103", ":status: 200"])
    #expect(answer.heads[1].contains("link: </a>") && answer.text == "ok")
    client.close()
    try await gateway.stop()
  }

  @Test func `an answer before the end of the request ends the stream without an error`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":method: post"], ends: false)
    try await client.wait { $0.answer(1).reset != nil }
    #expect(client.answer(1).status == "501" && client.answer(1).hasEnded && client.answer(1).reset == 0)
    // What was on its way is no error, and the connection's window comes back for it.
    let block = [UInt8](repeating: 0x61, count: 16_384)
    for _ in 0..<9 { client.data(1, block) }
    try await client.synchronise()
    #expect(
      client.others.contains { $0.type == 8 && $0.stream == 0 && $0.payload != FrameClient.integer(196_609) })
    try client.request(3)
    #expect(try await client.receive(3).text == "ok")
    client.close()
    try await gateway.stop()
  }

  @Test func `a broken answer resets its stream and no other`() async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /cut") ? .last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut") : reply("ok")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":path: /cut"])
    try client.request(3)
    #expect(try await client.receive(1).reset == 2)
    #expect(try await client.receive(3).text == "ok")
    client.close()
    try await gateway.stop()
  }

  @Test func `a stream that the client gives up ends its upstream request`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1)
    try await upstream.wait { $0.requests.count == 1 }
    client.reset(1)
    try await upstream.wait { $0.ended == 1 }
    try await client.synchronise()
    client.close()
    try await gateway.stop()
  }

  @Test func `what the strict parser refuses is refused with the same status`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    let cases: [([String], String)] = [
      ([":path: /%zz"], "400"), ([":path: /a%2fb"], "400"), ([":path: /../x"], "400"),
      ([":path: /#x"], "400"),
      ([":authority: a b"], "400"), ([":authority: user@a"], "400"), ([":method: TRACE"], "501"),
      ([":method: get"], "501"), (["expect: tea"], "417"),
      ([":path: /" + String(repeating: "a", count: 9_000)], "414"),
      (["x-long: " + String(repeating: "a", count: 17_000)], "431"),
      ((0..<120).map { "x-\($0): y" }, "431"),
    ]
    for (number, (fields, status)) in cases.enumerated() {
      let stream = UInt32(number) * 2 + 1
      try client.request(stream, fields)
      #expect(try await client.receive(stream).status == status, "\(fields.first?.prefix(40) ?? "")")
    }
    #expect(upstream.seen.requests.isEmpty)
    client.close()
    try await gateway.stop()
  }

  @Test func `a body over the limit is refused and its upstream request ended`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream, settings: "limits: {body_bytes: 20000}")
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":method: POST", "content-length: 20001"], ends: false)
    #expect(try await client.receive(1).status == "413")
    try client.request(3, [":method: POST", ":path: /sink"], ends: false)
    for _ in 0..<2 { client.data(3, [UInt8](repeating: 0x61, count: 16_000)) }
    #expect(try await client.receive(3).status == "413")
    client.close()
    try await gateway.stop()
  }

  @Test func `HTTP 1 that begins like the preface is still HTTP 1`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("P")
    client.send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    let other = try gateway.client()
    other.send("PRI * HTTP/2.0\r\n\r\n")
    other.send("XX\r\n\r\n")
    #expect(try other.receiveUntilEnd().hasPrefix("HTTP/1.1 "))
    try await gateway.stop()
  }
}
