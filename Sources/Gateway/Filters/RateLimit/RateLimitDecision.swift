/// What a limit says to one request.
package struct RateLimitDecision: Sendable, Equatable {
  package let isAllowed: Bool
  /// Requests that would pass at once.
  package let remaining: Int
  /// Seconds until the budget is whole again, rounded up.
  package let resetSeconds: Int
  /// Seconds until the next request passes, rounded up; zero when this one did.
  package let retryAfterSeconds: Int

  package init(isAllowed: Bool, remaining: Int, resetSeconds: Int, retryAfterSeconds: Int) {
    self.isAllowed = isAllowed
    self.remaining = remaining
    self.resetSeconds = resetSeconds
    self.retryAfterSeconds = retryAfterSeconds
  }
}
