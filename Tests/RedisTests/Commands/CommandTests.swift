import Redis
import Testing

@Suite struct CommandTests {
  private let key = "test:\(UInt64.random(in: 0 ... .max))"

  @Test func `a value is set, read and deleted`() async throws {
    try await ClientHarness.run { [key] redis async throws in
      let client = redis.client
      #expect(try await client.get(key) == nil)
      #expect(try await client.set(key, "value"))
      #expect(try await client.get(key) == Array("value".utf8))
      #expect(try await client.del(key, key + "x") == 1)
      #expect(try await client.get(key) == nil)
    }
  }

  @Test func `any bytes come back`() async throws {
    try await ClientHarness.run { [key] redis in
      for value in [[], [0], Array(0...255), [UInt8](repeating: 13, count: 1 << 20)] {
        try await redis.client.set(key, value)
        #expect(try await redis.client.get(key) == value)
      }
      try await redis.client.del(key)
    }
  }

  @Test func `a value can have a life, and be there already`() async throws {
    try await ClientHarness.run { [key] redis in
      let client = redis.client
      #expect(try await client.set(key, "1", ttl: .seconds(100), onlyIfAbsent: true))
      #expect(try await !client.set(key, "2", ttl: .seconds(100), onlyIfAbsent: true))
      let left = try #require(try await client.send(["PTTL", key]).integer)
      #expect((90_000...100_000).contains(left))
      #expect(try await client.expire(key, after: .milliseconds(1500)))
      #expect(try #require(try await client.send(["PTTL", key]).integer) <= 1500)
      #expect(try await client.expire(key, after: .nanoseconds(1)), "rounded up, not refused")
      #expect(try await !client.expire(key + "x", after: .seconds(1)))
    }
  }

  @Test func `an error reply is thrown with its code`() async throws {
    try await ClientHarness.run { [key] redis in
      try await redis.client.set(key, "text")
      let error = try #require(await redis.failure(["LPUSH", key, "x"]))
      #expect(error.kind == .server(code: "WRONGTYPE") && error.outcome == .failed)
      #expect(await redis.failure(["NOSUCHCOMMAND"])?.kind == .server(code: "ERR"))
      try await redis.client.ping()
      try await redis.client.del(key)
    }
  }

  @Test func `thousands of tasks share the connection, each with its own reply`() async throws {
    try await ClientHarness.run { [key] redis in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<3000 {
          group.addTask {
            let reply = try await redis.client.send(["ECHO", "\(key)-\(number)"])
            return reply.string == "\(key)-\(number)"
          }
        }
        for try await right in group { #expect(right) }
      }
      let connections = redis.events.seen.filter { $0 == .connected(.commands) }
      #expect(connections.count == 1)
    }
  }
}
