import Foundation
import Testing

/// Windows both ways: what one stream does not take holds up nobody else, and nothing piles up.
@Suite(.serialized, .timeLimit(.minutes(1))) struct HTTP2FlowTests {
  @Test func `a stream without a window waits, the others do not, and it goes on where it stopped`()
    async throws
  {
    let body = String(repeating: "0123456789", count: 10_000)
    let upstream = try await ScriptedUpstream.start { _, request in
      request.hasPrefix("GET /large") ? reply(body) : reply("small")
    }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.takesAll = false
    client.send(FrameClient.setting(4, 1_000))
    try client.request(1, [":path: /large"])
    try await client.wait { $0.answer(1).body.count == 1_000 }
    try client.request(3, [":path: /small"])
    #expect(try await client.receive(3).text == "small")
    client.windowUpdate(1, 5)
    try await client.wait { $0.answer(1).body.count == 1_005 }
    client.windowUpdate(0, 1_000_000)
    client.send(FrameClient.setting(4, 200_000))
    #expect(try await client.receive(1).text == body)
    client.close()
    try await gateway.stop()
  }

  @Test func `a connection without a window shares what it gets in turns`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply(String(repeating: "x", count: 60_000)) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.takesAll = false
    for stream in [1, 3, 5] as [UInt32] { try client.request(stream) }
    try await client.wait { client in
      [1, 3, 5].reduce(0) { sum, stream in sum + client.answer(stream).body.count } == 65_535
        && [1, 3, 5].allSatisfy { stream in client.answer(stream).heads.count == 1 }
    }
    client.windowUpdate(0, 3 * 16_384)
    try await client.wait { client in [1, 3, 5].allSatisfy { client.answer($0).dataFrames > 0 } }
    client.windowUpdate(0, 200_000)
    for stream in [1, 3, 5] as [UInt32] { #expect(try await client.receive(stream).body.count == 60_000) }
    client.close()
    try await gateway.stop()
  }

  @Test func `an answer that is not taken stops its upstream`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(200_000_000) }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    client.takesAll = false
    try client.request(1)
    try await client.wait { $0.answer(1).body.count == 65_535 }
    var last = -1
    // What is in sockets on the way is all that can come; then it stands still.
    while upstream.seen.floodBytes != last {
      last = upstream.seen.floodBytes
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(last < 30_000_000)
    client.reset(1)
    try await upstream.wait { $0.ended == 1 }
    client.close()
    try await gateway.stop()
  }

  @Test func `a body that its upstream does not take stops its client at the window`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    // The one connection is taken, so the second request waits for it.
    let gateway = try await RunningGateway.start(upstream, upstream: "    connections_per_loop: 1")
    let client = try FrameClient(port: gateway.port)
    try client.request(1)
    try client.request(3, [":method: POST"], ends: false)
    let block = [UInt8](repeating: 0x61, count: 16_384)
    for _ in 0..<3 { client.data(3, block) }
    client.data(3, [UInt8](repeating: 0x61, count: 16_383))
    try await client.synchronise()
    #expect(!client.others.contains { $0.type == 8 && $0.stream == 3 })
    client.data(3, "x")
    try await client.wait { $0.answer(3).reset != nil }
    #expect(client.answer(3).reset == 3)
    client.close()
    try await gateway.stop()
  }

  @Test func `a large body passes and windows come back for it`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream)
    let client = try FrameClient(port: gateway.port)
    try client.request(1, [":method: POST", ":path: /sink", "content-length: 3276800"], ends: false)
    let block = [UInt8](repeating: 0x61, count: 16_384)
    var credit = 65_535
    var connection = 262_144
    for number in 0..<200 {
      while credit < block.count || connection < block.count {
        try await client.wait { $0.credits(1) + 65_535 - number * 16_384 >= 16_384 }
        credit = 65_535 + client.credits(1) - number * block.count
        connection = 65_535 + client.credits(0) - number * block.count
      }
      client.data(1, block, ends: number == 199)
      credit -= block.count
      connection -= block.count
    }
    // What came with the head is not counted.
    try await upstream.wait { $0.bodyBytes >= 3_200_000 }
    client.close()
    try await gateway.stop()
  }

  @Test func `files go over HTTP 2 as they do over HTTP 1`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "h2-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = String((0..<200_000).map { _ in "abcdefghij0123456789".randomElement() ?? "x" })
    try Data(text.utf8).write(to: folder.appending(path: "file.bin"))
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(
      upstream, settings: "  - {path: /file.bin, site: files}\nsites:\n  files: {root: \(folder.path)}")
    let client = try FrameClient(port: gateway.port)
    for stream in stride(from: UInt32(1), to: 21, by: 2) { try client.request(stream, [":path: /file.bin"]) }
    for stream in stride(from: UInt32(1), to: 21, by: 2) {
      #expect(try await client.receive(stream).text == text)
    }
    try client.request(21, [":path: /file.bin", "range: bytes=5-9"])
    let part = try await client.receive(21)
    #expect(part.status == "206" && part.text == text.dropFirst(5).prefix(5))
    client.close()
    try await gateway.stop()
  }
}
