/// Bounds what retries add to the load of an upstream that is in trouble: a share of the requests of the last ten
/// seconds, and a few more so that quiet hours have retries too. One event loop's.
struct RetryBudget: Sendable {
  private var share = SlidingShare(window: 10_000_000_000)
  private let rules: RetryConfiguration

  init(_ rules: RetryConfiguration) {
    self.rules = rules
  }

  mutating func noteRequest(at now: UInt64) { share.add(at: now) }

  /// Whether one more retry is within the budget; then it is counted.
  mutating func take(at now: UInt64) -> Bool {
    share.forget(at: now)
    guard share.marked < rules.floor + share.total * rules.percent / 100 else { return false }
    share.mark(at: now)
    return true
  }
}
