/// The one table of the process with what a configuration says of it. A value that every event loop may hold.
package struct RateLimiter: Sendable {
  package let table: RateLimitTable
  /// False lifts every limit (`--rate-limits off`).
  package let isOn: Bool
  /// How many tokens of one client may turn out to be wrong; nil for as many as he likes.
  package let tokenFailures: RateLimitBudget?
  private static let failures = KeyIdentity.of("token failures")

  package init(_ failures: RateLimitConfiguration.Window?, table: RateLimitTable, isOn: Bool = true) {
    tokenFailures = failures.map {
      RateLimitBudget(requests: $0.requests, perSeconds: $0.perSeconds, burst: $0.burst)
    }
    self.table = table
    self.isOn = isOn
  }

  /// Nil while the client may show tokens that are not known yet; else what he is told. It uses nothing up.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package func refusal(forTokensOf client: ClientAddress, now: UInt64) -> RateLimitDecision? {
    guard isOn, let budget = tokenFailures else { return nil }
    let ahead = table.ahead(budget, hash: failureHash(client), now: now)
    guard budget.take(ahead: ahead, cost: budget.interval) == nil else { return nil }
    return budget.decision(allowed: false, ahead: ahead, cost: budget.interval)
  }

  /// A token of the client turned out to be wrong.
  package func countTokenFailure(of client: ClientAddress, now: UInt64) {
    guard isOn, let budget = tokenFailures else { return }
    _ = table.take(budget, hash: failureHash(client), now: now)
  }

  private func failureHash(_ client: ClientAddress) -> UInt64 {
    table.hash(policy: Self.failures, key: RateLimitKey(client))
  }
}
