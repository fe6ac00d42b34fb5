import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct HealthTests {
  private static let health =
    "    health: {path: /health, interval_ms: 100, timeout_ms: 100, down_after: 2, up_after: 2, statuses: [\"200-204\"]}"

  private final class Server: Sendable {
    let isWell: Mutex<Bool>
    let probes = Mutex(0)

    init(_ isWell: Bool) { self.isWell = Mutex(isWell) }

    func reply(_ request: String, _ name: String) -> ScriptedUpstream.Reply {
      guard request.hasPrefix("GET /health ") else { return GatewayTests.reply(name) }
      probes.withLock { $0 += 1 }
      return isWell.withLock { $0 }
        ? GatewayTests.reply("") : .bytes("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
    }

    func waitForProbes(_ count: Int) async throws {
      let goal = probes.withLock { $0 } + count
      for _ in 0..<1_000 where probes.withLock({ $0 }) < goal { try await Task.sleep(for: .milliseconds(10)) }
    }
  }

  private func share(_ gateway: RunningGateway, _ name: String, of count: Int) throws -> Int {
    let client = try gateway.client()
    var share = 0
    for _ in 0..<count {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      if try client.receiveAnswer().hasSuffix(name) { share += 1 }
    }
    return share
  }

  @Test(arguments: [0, 600_000])
  func `a server that is not well gets nothing, and once it is, its share at once or slowly`(slow: Int)
    async throws
  {
    let (first, second) = (Server(true), Server(false))
    let one = try await ScriptedUpstream.start { first.reply($1, "one") }
    let two = try await ScriptedUpstream.start { second.reply($1, "two") }
    let gateway = try await RunningGateway.start(
      one, two, upstream: Self.health + "\n    slow_start_ms: \(slow)")
    try await second.waitForProbes(2)
    try await gateway.waitUntil { try self.share(gateway, "two", of: 20) == 0 }
    second.isWell.withLock { $0 = true }
    try await second.waitForProbes(3)
    try await gateway.waitUntil { try self.share(gateway, "two", of: 20) > 0 }
    let share = try share(gateway, "two", of: 300)
    if slow == 0 { #expect(share > 90 && share < 210) } else { #expect(share > 0 && share < 75) }
    second.isWell.withLock { $0 = false }
    try await gateway.waitUntil { try self.share(gateway, "two", of: 20) == 0 }
    try await gateway.stop()
  }

  @Test func `when all are said to be unwell, all are asked`() async throws {
    let server = Server(false)
    let upstream = try await ScriptedUpstream.start { server.reply($1, "ok") }
    let gateway = try await RunningGateway.start(upstream, upstream: Self.health)
    try await server.waitForProbes(3)
    #expect(try share(gateway, "ok", of: 5) == 5)
    try await gateway.stop()
  }

  @Test func `however many event loops there are, a server is asked once in a while`() async throws {
    let server = Server(true)
    let upstream = try await ScriptedUpstream.start { server.reply($1, "ok") }
    let gateway = try await RunningGateway.start(upstream, upstream: Self.health, loopCount: 4)
    let start = ContinuousClock.now
    try await server.waitForProbes(8)
    #expect(ContinuousClock.now - start > .milliseconds(500))
    try await gateway.stop()
  }
}
