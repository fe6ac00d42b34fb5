import Foundation
import Testing

/// What a client may not do without end, and how a connection ends.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTP2LimitsTests {
  private let calm: UInt32 = 11

  private func serve(_ settings: String = "", _ body: (FrameClient, ScriptedUpstream) async throws -> Void)
    async throws
  {
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /silence") ? .silence : reply(String(repeating: "x", count: 5_000))
    }
    let gateway = try await RunningGateway.start(upstream, settings: settings)
    let client = try FrameClient(port: gateway.port)
    try await body(client, upstream)
    client.close()
    try await gateway.stop()
  }

  @Test func `rapid reset ends the connection before it is worth anything`() async throws {
    try await serve { client, upstream in
      for number in 0..<1_000 {
        try client.request(UInt32(number) * 2 + 1, [":path: /silence"])
        client.reset(UInt32(number) * 2 + 1)
      }
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
      #expect(upstream.seen.requests.count <= 250)
    }
  }

  /// CVE-2025-8671: an empty window update, one that is too large, a body after the end, a stream that depends on
  /// itself, a body that is not what was announced, a second head.
  @Test(
    arguments: [
      (5, FrameClient.frame(8, stream: 1, [0, 0, 0, 0])),
      (5, FrameClient.frame(8, stream: 1, [0x7F, 0xFF, 0xFF, 0xFF])),
      (5, FrameClient.frame(0, 1, stream: 1, [1])),
      (5, FrameClient.frame(2, stream: 1, [0, 0, 0, 1, 0])), (5, FrameClient.frame(2, stream: 1, [0])),
      (4, FrameClient.frame(0, 1, stream: 1, [1])), (4, FrameClient.frame(1, 4, stream: 1)),
    ] as [(UInt8, [UInt8])])
  func `being made to reset ends it too`(_ flags: UInt8, _ act: [UInt8]) async throws {
    try await serve { client, upstream in
      for number in 0..<400 {
        let stream = FrameClient.integer(UInt32(number) * 2 + 1)
        let fields = [":path: /silence"] + (flags == 4 ? [":method: POST", "content-length: 9"] : [])
        let block = try client.block(fields)
        var own = act
        own.replaceSubrange(5..<9, with: stream)
        // What depends on itself names itself.
        if act[3] == 2, act.count > 13 { own.replaceSubrange(9..<13, with: stream) }
        client.send(FrameClient.frame(1, flags, stream: UInt32(number) * 2 + 1, block) + own)
      }
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
      #expect(upstream.seen.requests.count <= 250)
    }
  }

  @Test(arguments: [
    FrameClient.frame(6, stream: 0, [UInt8](repeating: 0, count: 8)), FrameClient.setting(3, 7),
    FrameClient.frame(8, stream: 0, [0, 0, 0, 1]), FrameClient.frame(2, stream: 1, [0, 0, 0, 0, 1]),
    FrameClient.frame(0x77, stream: 0, []),
  ])
  func `a flood of frames that do nothing ends the connection`(_ frame: [UInt8]) async throws {
    try await serve { client, _ in
      client.send([[UInt8]](repeating: frame, count: 5_000).flatMap { $0 })
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
    }
  }

  @Test func `a window that is opened byte by byte ends it`() async throws {
    try await serve { client, _ in
      client.takesAll = false
      client.send(FrameClient.setting(4, 0))
      try client.request(1)
      try await client.synchronise()
      let opening = FrameClient.frame(8, stream: 1, [0, 0, 0, 1])
      client.send([[UInt8]](repeating: opening, count: 2_500).flatMap { $0 })
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm && client.answer(1).body.count < 1_500)
    }
  }

  @Test func `empty DATA and CONTINUATION without end end it`() async throws {
    try await serve { client, _ in
      try client.request(1, [":method: POST"], ends: false)
      client.send([[UInt8]](repeating: FrameClient.frame(0, stream: 1, []), count: 5_000).flatMap { $0 })
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
    }
    try await serve { client, _ in
      client.send(FrameClient.frame(1, 1, stream: 1, try client.block([])))
      client.send([[UInt8]](repeating: FrameClient.frame(9, stream: 1, []), count: 5_000).flatMap { $0 })
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
    }
  }

  @Test func `a bomb of references is refused with 431 and the connection goes on`() async throws {
    try await serve { client, upstream in
      let entry = [0x40, 0x01, 0x61, 0x7F, 0xC1, 0x1E] + [UInt8](repeating: 0x63, count: 4_000)
      let block = [0x82, 0x84, 0x86, 0x41, 0x01, 0x61] + entry + [UInt8](repeating: 0xBE, count: 10_000)
      client.send(FrameClient.frame(1, 5, stream: 1, block))
      #expect(try await client.receive(1).status == "431")
      #expect(upstream.seen.requests.isEmpty)
      try await client.synchronise()
    }
  }

  @Test func `a window that stays shut ends its stream, and a silent client his connection`() async throws {
    try await serve("timeouts: {write_idle_ms: 300, keep_alive_ms: 500}") { client, _ in
      client.takesAll = false
      client.send(FrameClient.setting(4, 10))
      try client.request(1)
      try await client.wait { $0.answer(1).reset != nil }
      #expect(client.answer(1).reset == 8 && client.answer(1).body.count == 10)
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == 0 && client.goAway?.last == 1)
    }
  }

  @Test func `a greeting or a field block that does not go on is not waited for`() async throws {
    try await serve("timeouts: {head_ms: 300}") { client, _ in
      client.send(FrameClient.frame(1, 1, stream: 1, try client.block([])))
      try await client.receiveUntilEnd()
      #expect(client.goAway?.code == calm)
    }
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {head_ms: 300}")
    let client = try FrameClient(port: gateway.port, greets: false)
    client.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8))
    try await client.receiveUntilEnd()
    #expect(client.goAway?.code == calm)
    client.close()
    try await gateway.stop()
  }

  @Test func `a body that does not go on gets 408`() async throws {
    try await serve("timeouts: {body_idle_ms: 300}") { client, _ in
      try client.request(1, [":method: POST"], ends: false)
      client.data(1, "x")
      #expect(try await client.receive(1).status == "408")
    }
  }

  @Test func `the rate limit and the number of streams hold for streams`() async throws {
    let settings = """
        - {path: /limited, upstream: main, rate_limits: [few]}
      rate_limits:
        few: {key: client_ip, requests: 2, per_seconds: 60}
      limits: {http2_streams: 3}
      """
    try await serve(settings) { client, _ in
      for stream in [1, 3, 5] as [UInt32] { try client.request(stream, [":path: /limited"]) }
      #expect(try await client.receive(1).status == "200")
      #expect(try await client.receive(3).status == "200")
      let refused = try await client.receive(5)
      #expect(refused.status == "429" && refused.fields.contains { $0.hasPrefix("retry-after: ") })
      for stream in [7, 9, 11, 13] as [UInt32] { try client.request(stream, [":path: /silence"]) }
      #expect(try await client.receive(13).reset == 7)
    }
  }

  @Test func `going down answers what was asked, says so first, and loses nothing on its way`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /slow") ? .pieces(pieces) : reply("ok")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":path: /slow"])
    try await upstream.wait { $0.requests.count == 1 }
    async let stopped: Void = gateway.stop()
    try await client.wait { $0.goAway != nil }
    #expect(client.goAway?.last == 0x7FFF_FFFF && client.goAway?.code == 0)
    // It was on its way when the other side decided to go.
    try client.request(3)
    #expect(try await client.receive(3).text == "ok")
    let drain = try #require(client.others.first { $0.type == 6 && $0.flags == 0 })
    client.send(FrameClient.frame(6, 1, stream: 0, drain.payload))
    try await client.wait { $0.goAway?.last == 3 }
    try client.request(5)
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow")
    #expect(try await client.receive(1).text == "slow")
    try await client.receiveUntilEnd()
    #expect(client.answer(5).heads.isEmpty)
    client.close()
    try await stopped
  }

  @Test func `a client that ends its side gets the answers that it waits for`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.takesAll = false
    try client.request(1)
    client.endInput()
    try await upstream.wait { $0.requests.count == 1 }
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    #expect(try await client.receive(1).text == "ok")
    try await client.receiveUntilEnd()
    client.close()
    try await gateway.stop()
  }
}
