import Foundation
import TestSupport

/// Postgres' own benchmark with the same read: 8 clients, each waiting for its answer.
struct PgBench {
  private let cluster: PrivatePostgres

  init(_ cluster: PrivatePostgres) { self.cluster = cluster }

  func run(seconds: Double) async throws -> Measurement {
    let seconds = max(1, seconds.rounded())
    return try await measure(cluster, of: RUSAGE_CHILDREN) { (try rate(seconds: seconds) * seconds, seconds) }
  }

  private func rate(seconds: Double) throws -> Double {
    let script = "\(cluster.folder)/read.sql"
    let read = """
      \\set id random(1, \(ReadBenchmark.rowCount))
      SELECT id, filler FROM items WHERE id = :id;

      """
    try Data(read.utf8).write(to: URL(fileURLWithPath: script))
    let output = try cluster.run([
      "pgbench", "--no-vacuum", "--protocol=prepared", "--client=8", "--jobs=2",
      "--time=\(Int(seconds))", "--file=\(script)", "postgres",
    ])
    let words = output.split(whereSeparator: \.isWhitespace)
    guard let position = words.firstIndex(of: "tps"), let rate = Double(words[position + 2]) else {
      throw TestSupportError("pgbench said: \(output)")
    }
    return rate
  }
}
