import Foundation
import Testing

@testable import Gateway

/// Two whole gateways that share their limits through a real Redis.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SharedLimitsTests {
  private static let settled = "gateway_shared_limit_keys_total{outcome=\"settled\"}"
  private static let reached = "gateway_shared_limits_reached"

  private func start(
    _ upstream: ScriptedUpstream, _ redis: TestRedis, limit: String = "requests: 20, per_seconds: 7200",
    more: String = ""
  ) async throws -> RunningGateway {
    try await FilterGateway.start(
      upstream,
      """
      rate_limits:
        shared: {redis_url: "\(redis.url)", settle_ms: 20}
        api: {key: client_ip, \(limit)}
      routes: [{path: /*, upstream: main, rate_limits: [api]}]
      \(more)
      """, loops: 2)
  }

  /// How many of so many requests pass.
  private func pass(_ gateway: RunningGateway, _ count: Int) throws -> Int {
    try (0..<count).count { _ in try gateway.status("GET", "/") == 200 }
  }

  /// The next decision of a gateway, by what it says is left.
  private func left(_ gateway: RunningGateway) throws -> Int {
    let answer = try gateway.ask("GET", "/")
    return answer.firstMatch(of: /RateLimit: "api";r=([0-9]+)/).flatMap { Int($0.1) } ?? -1
  }

  @Test func `what one gateway lets through, the other one knows`() async throws {
    let redis = try await TestRedis.start()
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let one = try await start(upstream, redis)
    let two = try await start(upstream, redis)
    #expect(try pass(one, 15) == 15)
    try await one.wait(for: Self.settled) { $0 > 0 }
    // The key is known to two from its first request on; then it learns the rest.
    var least = 20
    for _ in 0..<200 where least > 4 {
      try await Task.sleep(for: .milliseconds(20))
      least = try left(two)
    }
    #expect(least <= 4)
    #expect(try pass(two, 30) <= 5)
    #expect(upstream.seen.requests.count <= 40)
    try await one.stop()
    try await two.stop()
  }

  @Test func `together they let through at most a budget more for each further gateway`() async throws {
    let redis = try await TestRedis.start()
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let one = try await start(upstream, redis)
    let two = try await start(upstream, redis)
    var passed = 0
    for _ in 0..<60 {
      passed += try pass(one, 1)
      passed += try pass(two, 1)
    }
    // The bound that docs/configuration.md states; usually far less.
    #expect(passed >= 20 && passed <= 40, "\(passed)")
    print("shared: \(passed) of 20 passed through two gateways")
    try await one.wait(for: Self.settled) { $0 > 0 }
    // What was too much is owed by both.
    for _ in 0..<10 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try pass(one, 20) == 0)
    #expect(try pass(two, 20) == 0)
    try await one.stop()
    try await two.stop()
  }

  @Test func `in the long run two gateways give no more than one`() async throws {
    let redis = try await TestRedis.start()
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    // Fifty a second, and few at once.
    let limit = "requests: 50, per_seconds: 1, burst: 10"
    let one = try await start(upstream, redis, limit: limit)
    let two = try await start(upstream, redis, limit: limit)
    let start = ContinuousClock.now
    var passed = 0
    while ContinuousClock.now - start < .seconds(4) {
      passed += try pass(one, 5)
      passed += try pass(two, 5)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    // Without sharing it would be 100 a second.
    #expect(Double(passed) < 50 * seconds * 1.3 + 20, "\(passed) in \(seconds) s")
    print("shared: \(passed) in \(seconds) s at 50 a second")
    try await one.stop()
    try await two.stop()
  }

  @Test func `a gateway without Redis counts by itself, and tells what it knows when Redis is back`()
    async throws
  {
    let redis = try await TestRedis.start()
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let one = try await start(upstream, redis)
    let two = try await start(upstream, redis)
    #expect(try pass(one, 2) == 2)
    try await one.wait(for: Self.reached) { $0 == 1 }
    try redis.kill()
    // Its own limit goes on, and the requests wait for nothing.
    let begin = ContinuousClock.now
    let own = try pass(one, 30)
    #expect((16...18).contains(own), "\(own)")
    #expect(ContinuousClock.now - begin < .seconds(20))
    try await one.wait(for: Self.reached) { $0 == 0 }
    // A new Redis knows nothing: it is told again.
    try await redis.start()
    try await one.wait(for: Self.reached) { $0 == 1 }
    var least = 20
    for _ in 0..<400 where least > 0 {
      least = try left(two)
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(least <= 0)
    #expect(upstream.seen.requests.count <= 40)
    try await one.stop()
    try await two.stop()
  }

  @Test func `a Redis that hangs holds nobody up`() async throws {
    let redis = try await TestRedis.start()
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let one = try await start(upstream, redis)
    #expect(try pass(one, 1) == 1)
    try await one.wait(for: Self.reached) { $0 == 1 }
    try redis.hang()
    var slowest = Duration.zero
    var passed = 0
    for _ in 0..<40 {
      let begin = ContinuousClock.now
      passed += try pass(one, 1)
      slowest = max(slowest, ContinuousClock.now - begin)
    }
    #expect((17...19).contains(passed), "\(passed)")
    // Redis is given a second; requests need none of it.
    #expect(slowest < .milliseconds(900), "\(slowest)")
    try await one.wait(for: Self.reached) { $0 == 0 }
    try redis.goOn()
    try await one.wait(for: Self.reached) { $0 == 1 }
    try await one.stop()
  }
}
