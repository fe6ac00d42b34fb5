import Foundation
import Postgres
import TestSupport

/// 64 tasks that each read one row after the other by its primary key.
struct ReadBenchmark {
  static let rowCount = 100_000

  /// How statements share a connection.
  enum Mode {
    /// Reads that wait for the same connection share a Sync.
    case together
    /// Each has a Sync of its own, many are under way.
    case pipelined
    /// One is under way.
    case oneAtATime
  }

  private static let tasks = 64
  private static let sql = "SELECT id, filler FROM items WHERE id = $1"
  private static let read = Statement.read(sql)
  private static let alone = Statement(sql)

  private let cluster: PrivatePostgres
  private let configuration: PostgresConfiguration

  private let statement: Statement

  init(_ cluster: PrivatePostgres, _ mode: Mode) {
    self.cluster = cluster
    configuration = PostgresConfiguration(
      url: cluster.url(), connections: 4, statementsInFlight: mode == .oneAtATime ? 1 : 32)
    statement = mode == .together ? Self.read : Self.alone
  }

  static func fill(_ cluster: PrivatePostgres) async throws {
    let client = PostgresClient(configuration: PostgresConfiguration(url: cluster.url()))
    _ = try await client.query(.once("CREATE TABLE items (id bigint PRIMARY KEY, filler text NOT NULL)"))
    _ = try await client.query(
      .once("INSERT INTO items SELECT id, repeat('x', 80) FROM generate_series(1, $1::bigint) AS id"),
      rowCount)
    await client.shutdown()
  }

  func run(seconds: Double) async throws -> Measurement {
    try await measure(cluster, of: RUSAGE_SELF) {
      let client = PostgresClient(configuration: configuration)
      let start = ContinuousClock.now
      let reads = try await withThrowingTaskGroup(of: Int.self) { group in
        for task in 0..<Self.tasks {
          group.addTask {
            try await Self.readRows(client, statement, seed: task, until: start + .seconds(seconds))
          }
        }
        return try await group.reduce(0, +)
      }
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      await client.shutdown()
      return (Double(reads), elapsed)
    }
  }

  private static func readRows(
    _ client: PostgresClient, _ statement: Statement, seed: Int, until end: ContinuousClock.Instant
  ) async throws -> Int {
    var count = 0
    var id = UInt64(seed)
    while ContinuousClock.now < end {
      // A linear congruential generator: the same ids in every run.
      id = id &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let wanted = Int(id >> 33) % rowCount + 1
      let rows = try await client.query(statement, wanted)
      var columns = rows[0].columns
      let found: Int = try columns.next()
      let filler: String = try columns.next()
      guard found == wanted, filler.utf8.count == 80 else { throw TestSupportError("a wrong row") }
      count += 1
    }
    return count
  }
}
