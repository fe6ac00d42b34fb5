// Primary-key reads a second: this client pipelined, this client with one statement at a time per connection,
// and pgbench, in turns against one private server.
import Foundation
import Postgres
import TestSupport

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 5
let rounds = 3

let cluster = try await PrivatePostgres.started(durability: .none)
try await ReadBenchmark.fill(cluster)
try cluster.run(["vacuumdb", "--analyze", "--all", "--quiet"])

var results: [(name: String, runs: [Measurement])] = [
  ("pipelined, 64 tasks, 4 connections", []), ("one at a time, 64 tasks, 4 connections", []),
  ("one at a time, 64 tasks, 8 connections", []), ("pgbench -M prepared, 8 clients", []),
]
for _ in 0..<rounds {
  results[0].runs.append(try await ReadBenchmark(cluster, connections: 4, inFlight: 32).run(seconds: seconds))
  results[1].runs.append(try await ReadBenchmark(cluster, connections: 4, inFlight: 1).run(seconds: seconds))
  results[2].runs.append(try await ReadBenchmark(cluster, connections: 8, inFlight: 1).run(seconds: seconds))
  results[3].runs.append(try PgBench(cluster).run(seconds: seconds))
}
let base = results[3].runs.median.perSecond
for (name, runs) in results { print(runs.median.line(name: name, base: base)) }
