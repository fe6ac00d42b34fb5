import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(3))) struct MemoryTests {
  private static let bytes = 268_435_456
  /// What may be in the gateway's hands at once, with all that comes with it.
  private static let growth = 20_000_000

  private func process(_ upstream: RawServer) async throws -> GatewayProcess {
    let process = try await GatewayProcess(
      """
      limits: {body_bytes: 2000000000}
      upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
      routes: [{path: /*, upstream: main}]
      """)
    return process
  }

  private func upstream() throws -> RawServer {
    try RawServer { peer, _ in
      while true {
        let head = try peer.receive(through: "\r\n\r\n")
        if head.hasPrefix("POST") {
          // What has come with the head counts too.
          guard try peer.drop(limit: Self.bytes) == Self.bytes else { return }
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        } else {
          let length = head.contains("/small") ? 1 : Self.bytes
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
          guard peer.sendAll(upTo: length, milliseconds: 60_000) == length else { return }
        }
      }
    }
  }

  @Test func `a body of any size goes up and down in constant memory`() async throws {
    let upstream = try upstream()
    let gateway = try await process(upstream)
    let client = try gateway.client()
    client.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receiveAnswer()
    try gateway.forgetPeak()
    let before = try gateway.memory().now
    client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try client.receive(through: "\r\n\r\n")
    #expect(try client.drop(limit: Self.bytes) == Self.bytes)
    let down = try gateway.memory().peak - before
    #expect(down < Self.growth, "\(down) bytes more")
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Self.bytes)\r\n\r\n")
    #expect(client.sendAll(upTo: Self.bytes, milliseconds: 60_000) == Self.bytes)
    #expect(try client.receiveAnswer().hasSuffix("ok"))
    let up = try gateway.memory().peak - before
    #expect(up < Self.growth, "\(up) bytes more")
    gateway.stop()
    upstream.stop()
  }

  @Test func `requests that never end where a read does are not gathered`() async throws {
    let upstream = try upstream()
    let gateway = try await process(upstream)
    let client = try gateway.client()
    try gateway.forgetPeak()
    let before = try gateway.memory().now
    let field = String(repeating: "x", count: 14_001)
    let request = "GET /small HTTP/1.1\r\nHost: a\r\nX: \(field)\r\nY: \(field)\r\n\r\n"
    // There is always a half left.
    let half = request.index(request.startIndex, offsetBy: 14_000)
    client.send(String(request[..<half]))
    for _ in 0..<1_000 {
      client.send(String(request[half...] + request[..<half]))
      _ = try client.receiveAnswer()
    }
    let growth = try gateway.memory().peak - before
    #expect(growth < Self.growth, "\(growth) bytes more")
    gateway.stop()
    upstream.stop()
  }

  @Test func `a client that stops taking its answer holds no memory`() async throws {
    let upstream = try upstream()
    let gateway = try await process(upstream)
    try gateway.forgetPeak()
    let before = try gateway.memory().now
    let clients = try (0..<8).map { _ in try gateway.client() }
    for client in clients { client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n") }
    for client in clients { _ = try client.receive(through: "\r\n\r\n") }
    try await Task.sleep(for: .seconds(1))
    let growth = try gateway.memory().peak - before
    #expect(growth < Self.growth, "\(growth) bytes more")
    gateway.stop()
    upstream.stop()
  }
}
