/// How long to wait before the next attempt to connect: doubling, bounded, and spread by chance so that many
/// clients do not return at once.
struct ReconnectBackoff {
  private static let first: Int64 = 50_000_000
  private static let longest: Int64 = 5_000_000_000

  private var failures = 0

  /// Nanoseconds until the next attempt, between half of the step and all of it. `chance` is in 0..<1.
  mutating func nextDelay(chance: Double) -> Int64 {
    let step = min(Self.first << Int64(min(failures, 16)), Self.longest)
    failures += 1
    return step / 2 + Int64(Double(step / 2) * chance)
  }

  mutating func succeeded() { failures = 0 }
}
