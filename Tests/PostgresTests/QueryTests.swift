import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct QueryTests {
  private static let number = Statement("SELECT $1::bigint")
  private static let divide = Statement("SELECT $1::bigint / $2::bigint")
  private static let sleep = Statement("SELECT pg_sleep($1)")

  @Test func `ten thousand statements of 64 tasks each get their own answer`() async throws {
    try await withClient { client async throws in
      let wrong = Counter()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<64 {
          group.addTask {
            for step in 0..<157 {
              let sent = task * 1000 + step
              let rows = try await client.query(Self.number, sent)
              if try rows[0].decode(Int.self, at: 0) != sent { wrong.increment() }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(wrong.value == 0)
    }
  }

  @Test func `every statement has its own error and its own transaction`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint PRIMARY KEY)"))
      let insert = Statement("INSERT INTO t VALUES ($1)")
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for id in 0..<200 {
          group.addTask {
            do {
              _ = try await client.query(insert, id / 2)
              return true
            } catch {
              #expect((error as? PostgresError)?.isUniqueViolation(constraint: "t_pkey") == true)
              return false
            }
          }
        }
        let inserted = try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        #expect(inserted == 100)
      }
      let count = try await client.query(.once("SELECT count(*) FROM t"))
      #expect(try count[0].decode(Int.self, at: 0) == 100)
    }
  }

  @Test func `an error between good statements on one connection stays with its statement`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let tasks = [(6, 2), (1, 0), (8, 2)].map { (number, divisor) in
        Task { try await client.query(Self.divide, number, divisor) }
      }
      #expect(try await tasks[0].value[0].decode(Int.self, at: 0) == 3)
      #expect(try await tasks[2].value[0].decode(Int.self, at: 0) == 4)
      let error = await #expect(throws: PostgresError.self) { try await tasks[1].value }
      #expect(error?.sqlState == "22012")
      #expect(error?.outcome == .failed)
    }
  }

  @Test func `reads that travel together have their own answers and errors`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let divide = Statement.read("SELECT 1000 / $1::bigint")
      for _ in 0..<20 {
        let tasks = (0..<200).map { number in Task { try await client.query(divide, number % 7) } }
        for (number, task) in tasks.enumerated() {
          do {
            let quotient = try await task.value[0].decode(Int.self, at: 0)
            #expect(quotient == 1000 / (number % 7))
          } catch let error as PostgresError {
            #expect(error.sqlState == "22012")
            #expect(number % 7 == 0)
          }
        }
      }
    }
  }

  @Test func `a write between reads is a transaction of its own`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint PRIMARY KEY)"))
      let insert = Statement("INSERT INTO t VALUES ($1)")
      let broken = Statement.read("SELECT 1 / (id - id) FROM t")
      let tasks = (0..<300).map { number in
        Task {
          if number % 3 == 0 { return try await client.query(insert, number).affected }
          return try await client.query(broken).count
        }
      }
      for (number, task) in tasks.enumerated() {
        if number % 3 == 0 { #expect(try await task.value == 1) } else { _ = try? await task.value }
      }
      let count = try await client.query(.once("SELECT count(*) FROM t"))
      #expect(try count[0].decode(Int.self, at: 0) == 100)
    }
  }

  @Test func `a deferred constraint fails its statement although its rows had come`() async throws {
    try await withClient { client async throws in
      _ = try await client.query(.once("CREATE TABLE a (id bigint PRIMARY KEY)"))
      _ = try await client.query(
        .once("CREATE TABLE b (a bigint REFERENCES a DEFERRABLE INITIALLY DEFERRED)"))
      let error = await #expect(throws: PostgresError.self) {
        try await client.query(.once("INSERT INTO b VALUES (1) RETURNING a"))
      }
      #expect(error?.isForeignKeyViolation() == true)
      // The connection goes on.
      #expect(try await client.query(Self.number, 5)[0].decode(Int.self, at: 0) == 5)
    }
  }

  @Test func `a slow statement does not stall quick ones that have another connection`() async throws {
    try await withClient(configure: { $0.connections = 2 }) { client async throws in
      // Opens both connections.
      var backends: Set<Int> = []
      while backends.count < 2 {
        backends.insert(try await client.query(.once("SELECT pg_backend_pid()"))[0].decode(at: 0))
      }
      let slow = Task { try await client.query(Self.sleep, 30.0) }
      // Cancelled at the end: had a quick one waited for it, it would have run into its time-out.
      defer { slow.cancel() }
      for value in 0..<200 {
        #expect(try await client.query(Self.number, value)[0].decode(Int.self, at: 0) == value)
        if value == 20 { try await Task.sleep(for: .milliseconds(20)) }
      }
    }
  }

  @Test func `cancelling a task in flight gives its error at once and leaves its neighbours`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      _ = try await client.query(Self.number, 1)
      let cancelled = Task { try await client.query(Self.sleep, 0.3) }
      let neighbours = (0..<50).map { value in Task { try await client.query(Self.number, value) } }
      cancelled.cancel()
      let error = await #expect(throws: PostgresError.self) { try await cancelled.value }
      #expect(error?.isCancelled == true)
      for (value, task) in neighbours.enumerated() {
        #expect(try await task.value[0].decode(Int.self, at: 0) == value)
      }
    }
  }

  @Test func `a cancelled statement that was not sent never runs`() async throws {
    try await withClient(configure: {
      $0.connections = 1
      $0.statementsInFlight = 1
    }) { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint)"))
      let insert = Statement("INSERT INTO t VALUES ($1)")
      let blocker = Task { try await client.query(Self.sleep, 0.2) }
      try await client.untilRunning("pg_sleep")
      let waiting = (0..<20).map { value in Task { try await client.query(insert, value) } }
      for task in waiting { task.cancel() }
      for task in waiting {
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.outcome == .notSent)
      }
      _ = try await blocker.value
      #expect(try await client.query(.once("SELECT count(*) FROM t"))[0].decode(Int.self, at: 0) == 0)
    }
  }

  @Test func `a full queue refuses at once instead of growing`() async throws {
    try await withClient(configure: {
      $0.connections = 1
      $0.statementsInFlight = 1
      $0.queueLimit = 10
    }) { client async throws in
      let blocker = Task { try await client.query(Self.sleep, 0.3) }
      try await client.untilRunning("pg_sleep")
      let tasks = (0..<30).map { value in Task { try await client.query(Self.number, value) } }
      var refused = 0
      for task in tasks {
        do { _ = try await task.value } catch {
          let error = try #require(error as? PostgresError)
          guard case .queueFull = error.kind else { throw error }
          #expect(error.isRetryable)
          refused += 1
        }
      }
      #expect(refused == 20)
      _ = try await blocker.value
    }
  }

  @Test func `a statement that runs too long is ended by the server and reported as a time-out`() async throws
  {
    try await withClient(configure: { $0.statementTimeout = .milliseconds(300) }) { client async throws in
      let error = await #expect(throws: PostgresError.self) { try await client.query(Self.sleep, 20.0) }
      #expect(error?.isTimeout == true)
      #expect(error?.outcome == .failed)
      #expect(try await client.query(Self.number, 5)[0].decode(Int.self, at: 0) == 5)
    }
  }

  @Test func `a statement that waits too long for a connection times out unsent`() async throws {
    try await withClient(configure: {
      $0.connections = 1
      $0.statementsInFlight = 1
      $0.acquireTimeout = .seconds(2)
    }) { client async throws in
      let blocker = Task { try await client.query(Self.sleep, 5.0) }
      try await client.untilRunning("pg_sleep")
      let error = await #expect(throws: PostgresError.self) { try await client.query(Self.number, 1) }
      #expect(error?.isTimeout == true)
      #expect(error?.outcome == .notSent)
      _ = try await blocker.value
    }
  }

  @Test func `a changed result type is prepared anew without the caller noticing`() async throws {
    try await withClient { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint)"))
      _ = try await client.query(.once("INSERT INTO t VALUES (1)"))
      let all = Statement("SELECT * FROM t")
      for _ in 0..<20 { _ = try await client.query(all) }
      _ = try await client.query(.once("ALTER TABLE t ADD name text DEFAULT 'x'"))
      for _ in 0..<20 { #expect(try await client.query(all)[0].count == 2) }
    }
  }

  @Test func `a prepared statement that the server dropped is prepared anew`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      _ = try await client.query(Self.number, 1)
      _ = try await client.query(.once("DEALLOCATE ALL"))
      #expect(try await client.query(Self.number, 2)[0].decode(Int.self, at: 0) == 2)
    }
  }

  @Test func `one statement may be used with different parameter types`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let echo = Statement("SELECT $1")
      #expect(try await client.query(echo, 5)[0].decode(Int.self, at: 0) == 5)
      #expect(try await client.query(echo, true)[0].decode(Bool.self, at: 0))
      #expect(try await client.query(echo, 1.5)[0].decode(Double.self, at: 0) == 1.5)
      #expect(try await client.query(echo, 6)[0].decode(Int.self, at: 0) == 6)
    }
  }

  @Test func `a statement with a mistake fails alone, every time`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let wrong = Statement("SELEKT 1")
      for _ in 0..<3 {
        let error = await #expect(throws: PostgresError.self) { try await client.query(wrong) }
        #expect(error?.sqlState == "42601")
      }
      let two = Statement("SELECT 1; SELECT 2")
      let error = await #expect(throws: PostgresError.self) { try await client.query(two) }
      #expect(error?.sqlState == "42601")
      #expect(try await client.query(Self.number, 2)[0].decode(Int.self, at: 0) == 2)
    }
  }

  @Test func `COPY is refused and the client goes on`() async throws {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      await #expect(throws: PostgresError.self) { try await client.query(.once("COPY (SELECT 1) TO STDOUT")) }
      #expect(try await client.query(Self.number, 2)[0].decode(Int.self, at: 0) == 2)
    }
  }

  @Test func `a graceful stop finishes what is queued and refuses what comes after`() async throws {
    try await withClient(configure: {
      $0.connections = 1
      $0.statementsInFlight = 1
    }) { client async throws in
      let slow = Task { try await client.query(Self.sleep, 0.2) }
      try await client.untilRunning("pg_sleep")
      let queued = (0..<100).map { value in Task { try await client.query(Self.number, value) } }
      try await client.untilQueued(queued.count)
      await client.shutdown()
      for (value, task) in queued.enumerated() {
        #expect(try await task.value[0].decode(Int.self, at: 0) == value)
      }
      _ = try await slow.value
      let error = await #expect(throws: PostgresError.self) { try await client.query(Self.number, 1) }
      #expect(error?.outcome == .notSent)
    }
  }

  @Test func `a stop is not reported as a lost connection`() async throws {
    let lost = Counter()
    try await withClient(observer: { if case .disconnected = $0 { lost.increment() } }) {
      client async throws in
      _ = try await client.query(Self.number, 1)
      await client.shutdown()
    }
    #expect(lost.value == 0)
  }
}
