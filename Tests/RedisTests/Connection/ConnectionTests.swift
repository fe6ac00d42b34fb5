import NIOPosix
import Redis
import TestSupport
import Testing

@Suite struct ConnectionTests {
  @Test func `commands wait for the first connection`() async throws {
    let url = try await PrivateRedis.sharedURL()
    let client = RedisClient(
      configuration: try RedisConfiguration(url: url),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    async let early: Void = client.ping()
    let running = Task { try await client.run() }
    try await early
    running.cancel()
    _ = await running.result
  }

  @Test func `password, user and database of the URL are used`() async throws {
    let server = try await PrivateRedis.started(settings: ["--requirepass", "s3:cret"])
    try await ClientHarness.run(url: "unix://default:s3%3Acret@\(server.socket)?db=3") { redis in
      try await redis.client.set("k", "v")
      let info = try #require(try await redis.client.send(["CLIENT", "INFO"]).string)
      #expect(info.contains(" db=3 "))
    }
  }

  @Test(arguments: ["unix://default:wrong@", "unix://"])
  func `a wrong or missing password is reported, and commands fail in time`(_ start: String) async throws {
    let server = try await PrivateRedis.started(settings: ["--requirepass", "right"])
    try await ClientHarness.run(url: start + server.socket, { $0.commandTimeout = .milliseconds(300) }) {
      redis in
      let error = try #require(await redis.failure(["PING"]))
      #expect(error.kind == .timeout && error.outcome == .notSent)
      await redis.events.wait { $0.isConnectFailed }
      guard case .connectFailed(.commands, let reason, _) = redis.events.seen.first else {
        return #expect(Bool(false), "\(redis.events.seen)")
      }
      #expect(reason.kind == .server(code: start == "unix://" ? "NOAUTH" : "WRONGPASS"))
    }
  }

  @Test func `without a server commands fail in time, and nothing was sent`() async throws {
    try await ClientHarness.run(
      url: "unix:///tmp/daybook-no-such.sock", { $0.commandTimeout = .milliseconds(200) }
    ) { redis in
      let error = try #require(await redis.failure(["PING"]))
      #expect(error.kind == .timeout && error.outcome == .notSent)
      await redis.events.wait { $0.isConnectFailed }
    }
  }

  @Test func `kill -9 fails what was sent as unknown, and the next connection serves the rest`() async throws
  {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { redis in
      async let sent = redis.failure(["BLPOP", "nothing", "0"])
      async let behind = redis.failure(["INCR", "n"])
      try await ClientHarness.run(url: server.url) { witness in
        while try await !witness.isBlocked() {}
      }
      try await server.kill()
      for failure in [await sent, await behind] {
        #expect(failure?.kind == .connection && failure?.outcome == .unknown)
      }
      await redis.events.wait { $0.isDisconnected }
      async let waiting = redis.failure(["INCR", "m"])
      try await server.start()
      #expect(await waiting == nil)
      #expect(try await redis.client.get("m") == Array("1".utf8), "sent once")
    }
  }

  /// A stream of increments through two kills: every acknowledged one was made, and no one was made twice.
  @Test func `under load through kill -9 every command is answered exactly once`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { redis in
      let workers = Task {
        await withTaskGroup(of: (ok: Int, failed: Int).self) { group in
          for _ in 0..<16 {
            group.addTask {
              var tally = (ok: 0, failed: 0)
              while !Task.isCancelled {
                if await redis.failure(["INCR", "n"]) == nil { tally.ok += 1 } else { tally.failed += 1 }
              }
              return tally
            }
          }
          return await group.reduce(into: (ok: 0, failed: 0)) { $0 = ($0.ok + $1.ok, $0.failed + $1.failed) }
        }
      }
      for _ in 0..<2 {
        while (try? await redis.client.get("n")) == nil {}
        try await server.kill()
        try await server.start()
        try await redis.client.ping()
      }
      while try await redis.client.get("n") == nil {}
      workers.cancel()
      let tally = await workers.value
      #expect(tally.ok > 0)
      #expect(redis.events.seen.count { $0 == .connected(.commands) } == 3)
    }
  }

  @Test func `a server that does not answer fails commands in time, then the connection is replaced`()
    async throws
  {
    let server = try await PrivateRedis.started()
    let change: (inout RedisConfiguration) -> Void = { $0.commandTimeout = .milliseconds(300) }
    try await ClientHarness.run(url: server.url, change) { redis in
      try await redis.client.ping()
      try server.freeze()
      let start = ContinuousClock.now
      let error = try #require(await redis.failure(["PING"]))
      #expect(error.kind == .timeout && error.outcome == .unknown)
      #expect(ContinuousClock.now - start >= .milliseconds(300))
      await redis.events.wait { $0.isDisconnected }
      try server.thaw()
      while await redis.failure(["PING"]) != nil {}
      #expect(redis.events.seen.contains { if case .timedOut = $0 { true } else { false } })
    }
  }

  @Test func `a reply that comes too late is nobody's`() async throws {
    let server = try await PrivateRedis.started()
    let change: (inout RedisConfiguration) -> Void = { $0.commandTimeout = .milliseconds(500) }
    try await ClientHarness.run(url: server.url, change) { redis in
      try await redis.client.set("k", "v")
      async let asleep = redis.failure(["DEBUG", "SLEEP", "0.7"])
      #expect(await asleep?.kind == .timeout)
      #expect(try await redis.client.get("k") == Array("v".utf8))
      #expect(!redis.events.seen.contains { $0.isDisconnected }, "one slow command costs no connection")
    }
  }

  @Test func `CLIENT PAUSE only delays`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { redis in
      _ = try await redis.client.send(["CLIENT", "PAUSE", "200"])
      #expect(try await redis.client.set("k", "v"))
    }
  }

  @Test func `a cancelled task gets its answer at once, and its neighbours get theirs`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { redis in
      try await redis.client.ping()
      try server.freeze()
      let tasks = (0..<10).map { number in
        Task { () async -> Result<RESPValue, RedisError> in
          do throws(RedisError) {
            return .success(try await redis.client.send(["ECHO", "\(number)"]))
          } catch {
            return .failure(error)
          }
        }
      }
      for number in [0, 4, 9] { tasks[number].cancel() }
      for number in [0, 4, 9] {
        #expect(
          await tasks[number].value == .failure(RedisError(.cancelled, .unknown, "the task was cancelled")))
      }
      try server.thaw()
      for number in [1, 2, 3, 5, 6, 7, 8] {
        #expect(await tasks[number].value == .success(.bulk(Array("\(number)".utf8))))
      }
      #expect(try await redis.client.send(["ECHO", "after"]).string == "after")
    }
  }

  @Test func `a task that is cancelled before sends nothing`() async throws {
    try await ClientHarness.run { redis async throws in
      let task = Task {
        unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
        return await redis.failure(["SET", "never", "1"])
      }
      #expect(await task.value?.kind == .cancelled)
      #expect(try await redis.client.get("never") == nil)
    }
  }

  @Test func `a command that is cancelled while it waits for a connection is never sent`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url) { redis in
      try await redis.client.ping()
      try await server.kill()
      await redis.events.wait { $0.isDisconnected }
      let cancelled = Task { await redis.failure(["SET", "never", "1"]) }
      let waiting = Task { await redis.failure(["SET", "later", "1"]) }
      // Time to get into the queue: there is no sign of it. Cancelled earlier it is not sent either.
      try await Task.sleep(for: .milliseconds(50))
      cancelled.cancel()
      #expect(await cancelled.value?.kind == .cancelled)
      try await server.start()
      #expect(await waiting.value == nil)
      #expect(try await redis.client.get("never") == nil)
    }
  }

  @Test func `beyond the bound commands are refused at once, and taken again afterwards`() async throws {
    let server = try await PrivateRedis.started()
    try await ClientHarness.run(url: server.url, { $0.maximumCommands = 8 }) { redis in
      try await redis.client.ping()
      try server.freeze()
      let tasks = (0..<8).map { _ in Task { await redis.failure(["PING"]) } }
      while await redis.failure(["PING"], unlessWaiting: .milliseconds(50))?.kind != .queueFull {}
      try server.thaw()
      for task in tasks { _ = await task.value }
      #expect(await redis.failure(["PING"]) == nil)
    }
  }

  @Test func `at shutdown replies that are due are waited for, and new commands refused`() async throws {
    let server = try await PrivateRedis.started()
    let client = RedisClient(
      configuration: try RedisConfiguration(url: server.url),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
    let running = Task { try await client.run() }
    try await client.ping()
    let slow = Task { try await client.send(["DEBUG", "SLEEP", "0.3"]) }
    let quick = Task { try await client.send(["ECHO", "x"]) }
    // Both are under way when a third one has waited behind them.
    _ = try? await client.send(["PING"])
    running.cancel()
    _ = await running.result
    #expect(try await slow.value == .status("OK"))
    #expect(try await quick.value.string == "x")
    let error = await #expect(throws: RedisError.self) { try await client.ping() }
    #expect(error?.kind == .stopped)
  }
}

extension ClientHarness {
  /// Whether some connection waits in a blocking command: Redis has read it.
  fileprivate func isBlocked() async throws -> Bool {
    try await client.send(["INFO", "clients"]).string?.contains("blocked_clients:1") == true
  }

  /// The failure, or nil when there is none so soon.
  fileprivate func failure(_ arguments: [String], unlessWaiting limit: Duration) async -> RedisError? {
    let command = Task { await failure(arguments) }
    let timer = Task {
      try? await Task.sleep(for: limit)
      command.cancel()
    }
    defer { timer.cancel() }
    return await command.value
  }
}
