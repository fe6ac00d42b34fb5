import Foundation
import TestSupport

/// What one run gave.
struct Measurement {
  let perSecond: Double
  /// CPU per read, in microseconds.
  let clientCPU: Double
  let serverCPU: Double

  var totalCPU: Double { clientCPU + serverCPU }

  func line(name: String, base: Measurement) -> String {
    let padded = name.padding(toLength: 40, withPad: " ", startingAt: 0)
    return String(
      format:
        "\(padded) %7.0f reads/s %5.2f x   CPU per read: client %5.1f + server %5.1f = %5.1f µs %5.2f x",
      perSecond, perSecond / base.perSecond, clientCPU, serverCPU, totalCPU, base.totalCPU / totalCPU)
  }
}

extension [Measurement] {
  /// The run in the middle by speed.
  var median: Measurement { sorted { $0.perSecond < $1.perSecond }[count / 2] }
}

/// Counts what a run of `body` costs on both sides. `body` gives the number of reads, and by its end its
/// sessions are closed.
func measure(
  _ cluster: PrivatePostgres, of who: __rusage_who,
  _ body: () async throws -> (reads: Double, seconds: Double)
) async throws -> Measurement {
  let (client, server) = (cpuSeconds(of: who), try cluster.cpuSeconds())
  let (reads, seconds) = try await body()
  // The postmaster counts a session when it has taken note of its end.
  try await Task.sleep(for: .milliseconds(300))
  return Measurement(
    perSecond: reads / seconds, clientCPU: (cpuSeconds(of: who) - client) * 1_000_000 / reads,
    serverCPU: (try cluster.cpuSeconds() - server) * 1_000_000 / reads)
}

/// CPU that this process, or its ended children, have used so far.
private func cpuSeconds(of who: __rusage_who) -> Double {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(who.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
