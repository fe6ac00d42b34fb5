import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.serialized) struct ConnectionLossTests {
  private static let number = Statement("SELECT $1::bigint")
  private static let insert = Statement("INSERT INTO t VALUES ($1)")
  private static let sleep = Statement("SELECT pg_sleep($1)")
  private static let me = Statement("SELECT pg_backend_pid()")

  @Test func `a killed backend fails what was sent as unknown, and later statements do not notice`()
    async throws
  {
    try await withClient(configure: { $0.connections = 1 }) { client async throws in
      let pid = try await client.query(Self.me)[0].decode(Int.self, at: 0)
      let sent = Task { try await client.query(Self.sleep, 30.0) }
      try await client.untilRunning("pg_sleep")
      let other = PostgresClient(configuration: PostgresConfiguration(url: client.configuration.url))
      _ = try await other.query(.once("SELECT pg_terminate_backend($1)"), Int32(pid))
      await other.shutdown()
      let error = await #expect(throws: PostgresError.self) { try await sent.value }
      #expect(error?.isConnection == true)
      #expect(error?.outcome == .unknown)
      #expect(error?.isRetryable == false)
      #expect(try await client.query(Self.number, 3)[0].decode(Int.self, at: 0) == 3)
      #expect(try await client.query(Self.me)[0].decode(Int.self, at: 0) != pid)
    }
  }

  @Test func `statements that were not sent are answered after the reconnect`() async throws {
    try await withClient(configure: {
      $0.connections = 1
      $0.statementsInFlight = 1
    }) { client async throws in
      let pid = try await client.query(Self.me)[0].decode(Int.self, at: 0)
      let sent = Task { try await client.query(Self.sleep, 30.0) }
      try await client.untilRunning("pg_sleep")
      let waiting = (0..<50).map { value in Task { try await client.query(Self.number, value) } }
      try await client.untilQueued(50)
      let other = PostgresClient(configuration: PostgresConfiguration(url: client.configuration.url))
      _ = try await other.query(.once("SELECT pg_terminate_backend($1)"), Int32(pid))
      await other.shutdown()
      await #expect(throws: PostgresError.self) { try await sent.value }
      for (value, task) in waiting.enumerated() {
        #expect(try await task.value[0].decode(Int.self, at: 0) == value)
      }
    }
  }

  @Test func `a transaction whose connection is lost rolls back and says so`() async throws {
    try await withClient { client async throws in
      _ = try await client.query(.once("CREATE TABLE t (id bigint)"))
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction { transaction in
          _ = try await transaction.query(Self.insert, 1)
          let pid = try await transaction.query(Self.me)[0].decode(Int.self, at: 0)
          _ = try await client.query(.once("SELECT pg_terminate_backend($1, 5000)"), Int32(pid))
          _ = try await transaction.query(Self.insert, 2)
        }
      }
      #expect(error?.isConnection == true)
      #expect(try await client.query(.once("SELECT count(*) FROM t"))[0].decode(Int.self, at: 0) == 0)
      _ = try await client.transaction { try await $0.query(Self.insert, 3) }
    }
  }

  @Test func `kill -9 of the server in a stream of inserts loses nothing that was acknowledged`() async throws
  {
    let cluster = try await PrivatePostgres.started(durability: .full)
    var configuration = PostgresConfiguration(url: cluster.url())
    configuration.acquireTimeout = .seconds(30)
    configuration.statementTimeout = .seconds(30)
    let client = PostgresClient(configuration: configuration)
    _ = try await client.query(.once("CREATE TABLE t (id bigint PRIMARY KEY)"))
    let acknowledged = try await withThrowingTaskGroup(of: [Int].self) { group in
      for task in 0..<16 {
        group.addTask {
          var done: [Int] = []
          for step in 0..<60 {
            let id = task * 1000 + step
            do {
              _ = try await client.query(Self.insert, id)
              done.append(id)
            } catch let error as PostgresError {
              // May have happened or not; anything else would be a lie here.
              guard error.outcome == .unknown else { throw error }
            }
          }
          return done
        }
      }
      for _ in 0..<3 {
        try await Task.sleep(for: .milliseconds(30))
        try await cluster.kill()
        try await cluster.restart()
      }
      return try await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
    }
    let stored = Set(try await client.query(.once("SELECT id FROM t")).map { try $0.decode(Int.self, at: 0) })
    #expect(acknowledged.subtracting(stored).isEmpty)
    #expect(acknowledged.count > 400)
    await client.shutdown()
    try await cluster.stop()
  }

  @Test func `without a server a statement fails unsent, in bounded time, with the reason`() async throws {
    let port = try FreePort.find()
    var configuration = PostgresConfiguration(url: "postgres://postgres@127.0.0.1:\(port)/none")
    configuration.acquireTimeout = .milliseconds(300)
    let client = PostgresClient(configuration: configuration)
    let error = await #expect(throws: PostgresError.self) { try await client.query(Self.number, 1) }
    #expect(error?.outcome == .notSent)
    #expect(error?.isRetryable == true)
    #expect(error?.description.contains("refused") == true)
    let other = await #expect(throws: PostgresError.self) {
      try await client.transaction { try await $0.query(Self.number, 1) }
    }
    #expect(other?.outcome == .notSent)
    await client.shutdown()
  }

  @Test func `a client that is let go without a stop ends its thread and connections`() async throws {
    try await withDatabase { url async throws in
      var client: PostgresClient? = PostgresClient(
        configuration: PostgresConfiguration(url: url, applicationName: "forgotten"))
      _ = try await client?.query(Self.number, 1)
      client = nil
      try await withClient { watcher in
        let count = Statement(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'forgotten' AND datname = $1")
        let name = String(url.split(separator: "/")[2].split(separator: "?")[0])
        while try await watcher.query(count, name)[0].decode(Int.self, at: 0) > 0 {
          try await Task.sleep(for: .milliseconds(5))
        }
      }
    }
  }
}
