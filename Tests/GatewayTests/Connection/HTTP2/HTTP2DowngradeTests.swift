import Foundation
import Testing

/// What HTTP/2 can say and HTTP/1.1 would read as something else (RFC 9113, 10.3): over a real socket, before an
/// upstream that records what reaches it.
@Suite(.serialized, .timeLimit(.minutes(1))) struct HTTP2DowngradeTests {
  private typealias Cases = HTTP2DowngradeCases

  @Test func `what would be another request is none`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    for fields in Cases.hostile {
      let client = try FrameClient(port: gateway.port)
      client.send(FrameClient.frame(1, 5, stream: 1, Cases.block(fields)))
      try await client.wait { $0.answer(1).hasEnded || $0.answer(1).reset != nil || $0.goAway != nil }
      let answer = client.answer(1)
      #expect(
        answer.reset == 1 || answer.status.hasPrefix("4") || answer.status == "501", "\(fields) \(answer)")
      // The connection goes on, and what follows is read from where it begins.
      client.send(FrameClient.frame(1, 5, stream: 3, Cases.block(Cases.with(":path", "/fine"))))
      #expect(try await client.receive(3).status == "200", "after \(fields)")
      client.close()
    }
    #expect(upstream.seen.requests.count == Cases.hostile.count)
    for request in upstream.seen.requests {
      #expect(request.hasPrefix("GET /fine HTTP/1.1\r\nhost: a.test\r\n"))
    }
    try await gateway.stop()
  }

  @Test(arguments: [
    // Content-Length and what comes.
    ("3", ["ab"]), ("3", ["abcd"]), ("3", ["ab", "cd"]), ("0", ["a"]), ("18446744073709551617", ["a"]),
    ("3", ["abc0\r\n\r\n\(HTTP2DowngradeCases.smuggled)"]),
  ])
  func `a body that is not what was announced never makes a whole request`(
    _ length: String, _ pieces: [String]
  ) async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.send(
      FrameClient.frame(
        1, 4, stream: 1, Cases.block(Cases.with(":method", "POST") + [("content-length", length)])))
    for (number, piece) in pieces.enumerated() {
      client.data(1, piece, ends: number == pieces.count - 1)
    }
    try await client.wait { $0.answer(1).reset != nil }
    #expect(client.answer(1).reset == 1)
    try await client.synchronise()
    #expect(upstream.seen.requests.allSatisfy { !$0.contains("evil") && !$0.hasSuffix("\r\n\r\nabc") })
    client.close()
    try await gateway.stop()
  }

  @Test(
    arguments: [
      [(":method", "GET")], [("content-length", "0")], [("transfer-encoding", "chunked")], [("host", "b")],
      [("x", "a\r\nb")], [("X", "a")], [("x", "\(HTTP2DowngradeCases.smuggled)")], [("authorization", "a")],
      [("connection", "x")],
    ] as [HTTP2DowngradeCases.Fields])
  func `a trailer section that could be more than one ends its request`(_ fields: HTTP2DowngradeCases.Fields)
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.send(FrameClient.frame(1, 4, stream: 1, Cases.block(Cases.with(":method", "POST"))))
    client.data(1, "abc")
    client.send(FrameClient.frame(1, 5, stream: 1, Cases.block(fields)))
    try await client.wait { $0.answer(1).hasEnded || $0.answer(1).reset != nil }
    #expect(client.answer(1).reset == 1 || client.answer(1).status == "400", "\(client.answer(1))")
    try await client.synchronise()
    #expect(upstream.seen.requests.allSatisfy { !$0.contains("evil") && !$0.contains("0\r\n\r\n") })
    client.close()
    try await gateway.stop()
  }

  @Test func `what is well-formed passes as exactly one request`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    let good: [(Cases.Fields, String)] = [
      (Cases.usual + [("te", "trailers"), ("host", "A.TEST")], "GET /x HTTP/1.1\r\nhost: a.test\r\n"),
      (Cases.usual + [("cookie", "a=b"), ("x", ""), ("cookie", "c=d")], "cookie: a=b; c=d\r\n"),
      (Cases.usual + [("content-length", "0")], "content-length: 0\r\n"),
      (Cases.without(":authority") + [("host", "b.test")], "host: b.test\r\n"),
      (Cases.usual + [("host", "a.test:80")], "GET /x HTTP/1.1\r\nhost: a.test\r\n"),
      (Cases.with(":authority", "a.test:80") + [("host", "a.test")], "host: a.test:80\r\n"),
      (Cases.usual + [("x", "a\tb é")], "x: a\tb é\r\n"),
    ]
    for (number, (fields, text)) in good.enumerated() {
      let stream = UInt32(number) * 2 + 1
      client.send(FrameClient.frame(1, 5, stream: stream, Cases.block(fields)))
      #expect(try await client.receive(stream).status == "200", "\(fields)")
      #expect(upstream.seen.requests.count == number + 1)
      let seen = upstream.seen.requests.last ?? ""
      #expect(seen.contains(text) && !seen.contains("\r\nte:"), "\(seen)")
    }
    // An https resource is for connections that are secured.
    client.send(FrameClient.frame(1, 5, stream: 99, Cases.block(Cases.with(":scheme", "https"))))
    #expect(try await client.receive(99).status == "421")
    #expect(upstream.seen.requests.count == good.count)
    client.close()
    try await gateway.stop()
  }
}
