import Foundation
import Postgres
import TestSupport

/// 64 tasks that each read one row after the other by its primary key.
struct ReadBenchmark {
  static let rowCount = 100_000

  private static let tasks = 64
  private static let read = Statement("SELECT id, filler FROM items WHERE id = $1")

  private let configuration: PostgresConfiguration

  init(_ cluster: PrivatePostgres, connections: Int, inFlight: Int) {
    configuration = PostgresConfiguration(
      url: cluster.url(), connections: connections, statementsInFlight: inFlight)
  }

  static func fill(_ cluster: PrivatePostgres) async throws {
    let client = PostgresClient(configuration: PostgresConfiguration(url: cluster.url()))
    _ = try await client.query(.once("CREATE TABLE items (id bigint PRIMARY KEY, filler text NOT NULL)"))
    _ = try await client.query(
      .once("INSERT INTO items SELECT id, repeat('x', 80) FROM generate_series(1, $1::bigint) AS id"), rowCount)
    await client.shutdown()
  }

  func run(seconds: Double) async throws -> Measurement {
    let client = PostgresClient(configuration: configuration)
    _ = try await measure(client, seconds: 0.5)
    let result = try await measure(client, seconds: seconds)
    await client.shutdown()
    return result
  }

  private func measure(_ client: PostgresClient, seconds: Double) async throws -> Measurement {
    let (start, cpu) = (ContinuousClock.now, cpuSeconds())
    let end = start + .seconds(seconds)
    let reads = try await withThrowingTaskGroup(of: Int.self) { group in
      for task in 0..<Self.tasks { group.addTask { try await Self.readRows(client, seed: task, until: end) } }
      return try await group.reduce(0, +)
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    return Measurement(
      perSecond: Double(reads) / elapsed, clientCPU: (cpuSeconds() - cpu) * 1_000_000 / Double(reads))
  }

  private static func readRows(
    _ client: PostgresClient, seed: Int, until end: ContinuousClock.Instant
  ) async throws -> Int {
    var count = 0
    var id = UInt64(seed)
    while ContinuousClock.now < end {
      // A linear congruential generator: the same ids in every run.
      id = id &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let wanted = Int(id >> 33) % rowCount + 1
      let rows = try await client.query(read, wanted)
      var columns = rows[0].columns
      let found: Int = try columns.next()
      let filler: String = try columns.next()
      guard found == wanted, filler.utf8.count == 80 else { throw TestSupportError("a wrong row") }
      count += 1
    }
    return count
  }
}
