import Redis
import Testing
import TestSupport

@Suite struct ScriptTests {
  private let key = "test:\(UInt64.random(in: 0 ... .max))"
  private let count = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")

  @Test func `a script runs with its keys and arguments`() async throws {
    try await ClientHarness.run { [key, count] redis in
      #expect(try await redis.client.script(count, keys: [key], arguments: ["5"]) == .integer(5))
      #expect(try await redis.client.script(count, keys: [key], arguments: ["2"]) == .integer(7))
      try await redis.client.del(key)
    }
  }

  @Test func `a server that has forgotten the script runs it once, and knows it again`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { [key, count] redis in
      let client = redis.client
      #expect(try await client.script(count, keys: [key], arguments: ["1"]) == .integer(1))
      _ = try await client.send(["SCRIPT", "FLUSH"])
      #expect(try await client.script(count, keys: [key], arguments: ["1"]) == .integer(2))
      #expect(try await client.script(count, keys: [key], arguments: ["1"]) == .integer(3))
      let calls = try #require(try await client.send(["INFO", "commandstats"]).string)
      #expect(calls.contains("cmdstat_eval:calls=1,"), "EVAL only where it was needed")
      #expect(calls.contains("cmdstat_script|load:calls=1,"))
    }
  }

  @Test func `an error of a script is not taken for a forgotten one`() async throws {
    try await ClientHarness.run { redis in
      let error = await #expect(throws: RedisError.self) {
        try await redis.client.script(RedisScript("return redis.error_reply('MINE no')"), keys: [])
      }
      #expect(error?.kind == .server(code: "MINE"))
    }
  }

  /// Read and write in one script: with GET and SET from here increments would be lost.
  @Test func `scripts are atomic`() async throws {
    try await ClientHarness.run { [key] redis in
      let script = RedisScript(
        "local n = tonumber(redis.call('GET', KEYS[1]) or '0'); redis.call('SET', KEYS[1], n + 1); return n")
      try await withThrowingTaskGroup(of: Int?.self) { group in
        for _ in 0..<200 { group.addTask { try await redis.client.script(script, keys: [key]).integer } }
        var seen: Set<Int> = []
        for try await number in group { seen.insert(try #require(number)) }
        #expect(seen == Set(0..<200))
      }
      try await redis.client.del(key)
    }
  }
}
