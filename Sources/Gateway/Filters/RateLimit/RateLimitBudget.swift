/// The generic cell rate algorithm (ITU-T I.371, virtual scheduling) of one budget: a pure calculation on one
/// number per key, the time at which the key's budget is whole again.
///
/// Times are ticks of 4.096 µs modulo 2^40 (52 days), so that the number fits beside a fingerprint in one
/// atomic word. What other gateways have used may put a key into debt, up to `debtLimit`. A number that lies
/// further ahead is left over from an earlier turn of that clock, and counts as a whole budget.
package struct RateLimitBudget: Sendable, Equatable {
  package static let tickShift: UInt64 = 12
  package static let tickMask: UInt64 = 1 << 40 - 1
  /// So many whole budgets may be owed, if the clock's turn allows it.
  private static let debts: UInt64 = 8

  /// Ticks for one request.
  package let interval: UInt64
  /// Ticks that may be taken ahead of time: `burst` intervals.
  package let tolerance: UInt64
  /// The furthest that a key can be behind.
  package let debtLimit: UInt64

  package init(requests: Int, perSeconds: Int, burst: Int) {
    let ticks = Double(perSeconds) * 1e9 / Double(1 << Self.tickShift) / Double(requests)
    // Rounded down, so that nobody is told to wait a second more for a part of a tick.
    interval = max(1, UInt64(ticks))
    tolerance = interval * UInt64(burst)
    debtLimit = max(tolerance, min(tolerance * Self.debts, Self.tickMask >> 2))
  }

  package static func ticks(nanoseconds: UInt64) -> UInt64 {
    nanoseconds >> tickShift & tickMask
  }

  /// How far the budget is used up at `now`, in ticks; zero when it is whole.
  package func ahead(wholeAt: UInt64, now: UInt64) -> UInt64 {
    let ahead = (wholeAt &- now) & Self.tickMask
    return ahead <= debtLimit ? ahead : 0
  }

  /// Asks for `cost` ticks: how far the budget is used up then, nil when there is not so much left.
  package func take(ahead: UInt64, cost: UInt64) -> UInt64? {
    ahead + cost <= tolerance ? ahead + cost : nil
  }

  /// What the client is told, `ahead` being the state after the decision.
  package func decision(allowed: Bool, ahead: UInt64, cost: UInt64) -> RateLimitDecision {
    RateLimitDecision(
      isAllowed: allowed,
      remaining: ahead < tolerance ? Int((tolerance - ahead) / interval) : 0,
      resetSeconds: Self.secondsRoundedUp(ahead),
      retryAfterSeconds: allowed
        ? 0 : max(1, Self.secondsRoundedUp(ahead + cost - min(tolerance, ahead + cost))))
  }

  private static func secondsRoundedUp(_ ticks: UInt64) -> Int {
    Int((ticks << tickShift + 999_999_999) / 1_000_000_000)
  }
}
