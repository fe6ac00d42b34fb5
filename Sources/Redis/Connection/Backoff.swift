/// How long to wait before the next connection attempt: doubling from 50 ms to 5 s, half of it random, so that
/// many clients of one restarted Redis do not come back together.
struct Backoff {
  private var attempts = 0

  private static let first = Duration.milliseconds(50)
  private static let doublings = 7

  /// The pause after one more failure; `random` is in 0..<1.
  mutating func next(random: Double) -> Duration {
    let bound = min(Self.first * (1 << attempts), .seconds(5))
    attempts = min(attempts + 1, Self.doublings)
    return bound / 2 + bound / 2 * random
  }

  /// A connection stood: the next failure is a first one.
  mutating func reset() {
    attempts = 0
  }
}
