import Foundation

/// What one run gave.
struct Measurement {
  let perSecond: Double
  /// CPU of this process per read, in microseconds; nil where another process did the reading.
  let clientCPU: Double?

  func line(name: String, base: Double) -> String {
    let cpu = clientCPU.map { String(format: "%5.1f µs client CPU per read", $0) } ?? ""
    let padded = name.padding(toLength: 42, withPad: " ", startingAt: 0)
    return String(format: "\(padded) %8.0f reads/s  %5.2f x pgbench  \(cpu)", perSecond, perSecond / base)
  }
}

extension [Measurement] {
  /// The run in the middle by speed.
  var median: Measurement { sorted { $0.perSecond < $1.perSecond }[count / 2] }
}

/// CPU that this process has used so far, in seconds.
func cpuSeconds() -> Double {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
