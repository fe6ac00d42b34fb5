import Foundation
import Testing

/// What a client of the real binary can make it hold.
@Suite(.serialized, .timeLimit(.minutes(2))) struct HTTP2MemoryTests {
  private static let growth = 12_000_000

  private func process(
    _ upstream: RawServer, _ settings: String = "", upstream more: String = ""
  ) async throws -> GatewayProcess {
    try await GatewayProcess(
      """
      \(settings)
      upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]\(more)}}
      routes: [{path: /*, upstream: main}]
      """)
  }

  private func upstream() throws -> RawServer {
    try RawServer { peer, _ in
      while true {
        let head = try peer.receive(through: "\r\n\r\n")
        let length = head.contains("/large") ? 50_000_000 : 1
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
        guard peer.sendAll(upTo: length, milliseconds: 5_000) == length else { return }
      }
    }
  }

  @Test func `frames that never end where a read does are not gathered`() async throws {
    let upstream = try upstream()
    let gateway = try await process(upstream)
    let clients = try (0..<4).map { _ in try FrameClient(port: gateway.port) }
    try gateway.forgetPeak()
    let before = try gateway.memory().now
    // As many as cost less than a connection, of a type that nobody knows.
    let frame = FrameClient.frame(0x77, stream: 0, [UInt8](repeating: 7, count: 16_001))
    for _ in 0..<900 {
      for client in clients { client.send(frame) }
    }
    for client in clients { try await client.synchronise() }
    let growth = try gateway.memory().peak - before
    #expect(growth < Self.growth, "\(growth) bytes more")
    gateway.stop()
    upstream.stop()
  }

  @Test func `windows that stay shut hold little, for a while, and nobody else up`() async throws {
    let upstream = try upstream()
    let gateway = try await process(
      upstream, "timeouts: {write_idle_ms: 4000}", upstream: ", queue_timeout_ms: 500")
    let client = try FrameClient(port: gateway.port)
    try gateway.forgetPeak()
    let before = try gateway.memory().now
    client.takesAll = false
    client.send(FrameClient.setting(4, 0))
    // More than the connections that there are for all.
    for number in 0..<100 { try client.request(UInt32(number) * 2 + 1, [":path: /large"]) }
    let other = try FrameClient(port: gateway.port)
    for number in 0..<10 {
      try other.request(UInt32(number) * 2 + 1)
      #expect(try await other.receive(UInt32(number) * 2 + 1).status == "200")
    }
    try await client.wait { $0.answers.count == 100 && $0.answers.values.allSatisfy { $0.reset == 8 } }
    #expect(client.answers.values.allSatisfy { $0.status == "200" && $0.body.isEmpty })
    let growth = try gateway.memory().peak - before
    #expect(growth < Self.growth, "\(growth) bytes more")
    gateway.stop()
    upstream.stop()
  }
}
