/// How long a failed job waits: twice as long after every try, at most an hour, and never two alike, so that
/// what failed together does not come back together.
package struct JobBackoff: Sendable {
  package var first: Duration
  package var longest: Duration

  package init(first: Duration = .seconds(2), longest: Duration = .seconds(3600)) {
    self.first = first
    self.longest = longest
  }

  /// - Parameters:
  ///   - attempt: the try that failed, from 1.
  ///   - jitter: 0 to 1; the wait is 75 to 125 % of the plain one.
  package func delay(afterAttempt attempt: Int, jitter: Double) -> Duration {
    let doublings = min(max(attempt - 1, 0), 30)
    let plain = min(first * (1 << doublings), longest)
    return plain * (0.75 + 0.5 * min(max(jitter, 0), 1))
  }
}
