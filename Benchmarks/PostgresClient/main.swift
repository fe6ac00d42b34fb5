// Primary-key reads a second: this client, and pgbench, in turns against one private server. See README.md.
import Foundation
import NIOCore
import NIOPosix
import Postgres
import TestSupport

// The tasks run as origin's do, on an event loop: a batch of answers wakes one thread, not many.
NIOSingletons.groupLoopCountSuggestion = 1
_ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 5
let rounds = 3

let cluster = try await PrivatePostgres.started(durability: .none)
try await ReadBenchmark.fill(cluster)
try cluster.run(["vacuumdb", "--analyze", "--all", "--quiet"])

let contestants: [(name: String, run: () async throws -> Measurement)] = [
  (
    "pipelined, 64 tasks, 4 connections",
    { try await ReadBenchmark(cluster, .together).run(seconds: seconds) }
  ),
  ("pipelined, a Sync each", { try await ReadBenchmark(cluster, .pipelined).run(seconds: seconds) }),
  ("one at a time", { try await ReadBenchmark(cluster, .oneAtATime).run(seconds: seconds) }),
  ("pgbench -M prepared, 8 clients", { try await PgBench(cluster).run(seconds: seconds) }),
]
var results: [[Measurement]] = contestants.map { _ in [] }
for _ in 0..<rounds {
  for (index, contestant) in contestants.enumerated() {
    results[index].append(try await contestant.run())
  }
}
let medians = results.map(\.median)
for (contestant, median) in zip(contestants, medians) {
  print(median.line(name: contestant.name, base: medians[medians.count - 1]))
}
