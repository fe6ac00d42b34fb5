import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
  private static let insert = Statement("INSERT INTO t VALUES ($1)")
  private static let count = Statement("SELECT count(*) FROM t")
  private static let sleep = Statement("SELECT pg_sleep($1)")

  private struct Mishap: Error {}

  private func withTable(
    configure: (inout PostgresConfiguration) -> Void = { _ in }, _ body: (PostgresClient) async throws -> Void
  ) async throws {
    try await withClient(configure: configure) { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint PRIMARY KEY)"))
      try await body(client)
    }
  }

  private func rows(_ client: PostgresClient) async throws -> Int {
    try await client.query(Self.count)[0].decode(at: 0)
  }

  @Test func `a transaction commits what its body did, and gives its value`() async throws {
    try await withTable { client async throws in
      let value = try await client.transaction { transaction in
        for id in 0..<5 { _ = try await transaction.query(Self.insert, id) }
        // Nobody else sees it yet.
        #expect(try await rows(client) == 0)
        return "done"
      }
      #expect(value == "done")
      #expect(try await rows(client) == 5)
    }
  }

  @Test func `a body that throws rolls back, and its connection serves the next`() async throws {
    try await withTable(configure: { $0.transactionConnections = 1 }) { client async throws in
      for _ in 0..<3 {
        await #expect(throws: Mishap.self) {
          try await client.transaction { transaction in
            _ = try await transaction.query(Self.insert, 1)
            throw Mishap()
          }
        }
      }
      #expect(try await rows(client) == 0)
    }
  }

  @Test func `a failed statement that the body swallows is not reported as committed`() async throws {
    try await withTable { client async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction { transaction in
          _ = try await transaction.query(Self.insert, 1)
          _ = try? await transaction.query(Self.insert, 1)
        }
      }
      #expect(error?.sqlState == "25P02")
      #expect(error?.outcome == .failed)
      #expect(try await rows(client) == 0)
    }
  }

  @Test func `the first statement's failure leaves nothing behind`() async throws {
    try await withTable(configure: { $0.transactionConnections = 1 }) { client async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction { transaction in
          _ = try await transaction.query(Statement("INSERT INTO nowhere VALUES (1)"))
        }
      }
      #expect(error?.sqlState == "42P01")
      _ = try await client.transaction { try await $0.query(Self.insert, 1) }
      #expect(try await rows(client) == 1)
    }
  }

  @Test func `a cancelled task rolls back`() async throws {
    try await withTable(configure: { $0.transactionConnections = 1 }) { client async throws in
      let task = Task {
        try await client.transaction { transaction in
          _ = try await transaction.query(Self.insert, 1)
          _ = try await transaction.query(Self.sleep, 0.3)
        }
      }
      try await client.untilRunning("pg_sleep")
      task.cancel()
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.isCancelled == true)
      // Waits behind the rollback on the only connection.
      _ = try await client.transaction { try await $0.query(Self.insert, 1) }
      #expect(try await rows(client) == 1)
    }
  }

  @Test func `a body that ignores its cancellation is rolled back all the same`() async throws {
    try await withTable { client async throws in
      let (started, signal) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        try await client.transaction { transaction in
          _ = try await transaction.query(Self.insert, 1)
          signal.finish()
          try? await Task.sleep(for: .seconds(60))
        }
      }
      for await _ in started {}
      task.cancel()
      await #expect(throws: PostgresError.self) { try await task.value }
      #expect(try await rows(client) == 0)
    }
  }

  @Test func `transactions beyond the pool wait their turn`() async throws {
    try await withTable(configure: { $0.transactionConnections = 2 }) { client async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in 0..<50 {
          group.addTask { _ = try await client.transaction { try await $0.query(Self.insert, id) } }
        }
        try await group.waitForAll()
      }
      #expect(try await rows(client) == 50)
    }
  }

  @Test func `waiting for a connection is bounded in time and number`() async throws {
    try await withTable(configure: {
      $0.transactionConnections = 1
      $0.transactionQueueLimit = 3
      $0.acquireTimeout = .seconds(2)
    }) { client async throws in
      let holder = Task { try await client.transaction { try await $0.query(Self.sleep, 6.0) } }
      try await client.untilRunning("pg_sleep")
      let tasks = (0..<10).map { id in
        Task { try await client.transaction { try await $0.query(Self.insert, id) } }
      }
      var (refused, late) = (0, 0)
      for task in tasks {
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        if error?.isTimeout == true { late += 1 } else { refused += 1 }
        #expect(error?.outcome == .notSent)
      }
      #expect(refused == 7)
      #expect(late == 3)
      _ = try await holder.value
      #expect(try await rows(client) == 0)
    }
  }

  @Test func `a serialization failure is told apart and may be run again`() async throws {
    try await withTable { client async throws in
      _ = try await client.query(Self.insert, 1)
      let bump = Statement("UPDATE t SET id = id + 1 WHERE id > $1")
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(isolation: .repeatableRead) { transaction in
          _ = try await transaction.query(Self.count)
          _ = try await client.query(bump, 0)
          _ = try await transaction.query(bump, 0)
        }
      }
      #expect(error?.isSerializationFailure == true)
      #expect(error?.isRetryable == true)
    }
  }

  @Test func `a read-only transaction refuses to write`() async throws {
    try await withTable { client async throws in
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(isolation: .readOnly) { try await $0.query(Self.insert, 1) }
      }
      #expect(error?.sqlState == "25006")
    }
  }

  @Test func `a transaction used after its end refuses`() async throws {
    try await withTable { client async throws in
      let escaped = try await client.transaction { $0 }
      let error = await #expect(throws: PostgresError.self) { try await escaped.query(Self.insert, 1) }
      #expect(error?.outcome == .notSent)
      #expect(try await rows(client) == 0)
    }
  }

  @Test func `statements of child tasks share the transaction`() async throws {
    try await withTable { client async throws in
      await #expect(throws: Mishap.self) {
        try await client.transaction { transaction in
          async let one = transaction.query(Self.insert, 1)
          async let two = transaction.query(Self.insert, 2)
          _ = try await (one, two)
          throw Mishap()
        }
      }
      #expect(try await rows(client) == 0)
    }
  }
}
