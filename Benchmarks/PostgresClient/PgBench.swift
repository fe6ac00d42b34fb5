import Foundation
import TestSupport

/// Postgres' own benchmark with the same read: 8 clients, each waiting for its answer.
struct PgBench {
  private let cluster: PrivatePostgres

  init(_ cluster: PrivatePostgres) { self.cluster = cluster }

  func run(seconds: Double) throws -> Measurement {
    let script = "\(cluster.folder)/read.sql"
    let read = """
      \\set id random(1, \(ReadBenchmark.rowCount))
      SELECT id, filler FROM items WHERE id = :id;

      """
    try Data(read.utf8).write(to: URL(fileURLWithPath: script))
    let output = try cluster.run([
      "pgbench", "--no-vacuum", "--protocol=prepared", "--client=8", "--jobs=2",
      "--time=\(max(1, Int(seconds)))", "--file=\(script)", "postgres",
    ])
    let words = output.split(whereSeparator: \.isWhitespace)
    guard let position = words.firstIndex(of: "tps"), let rate = Double(words[position + 2]) else {
      throw TestSupportError("pgbench said: \(output)")
    }
    return Measurement(perSecond: rate, clientCPU: nil)
  }
}
