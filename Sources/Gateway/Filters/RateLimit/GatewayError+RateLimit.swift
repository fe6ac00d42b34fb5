extension GatewayError.Code {
  package static let rateLimited = Self("rate_limited")
}

extension GatewayError {
  /// The budget of a key is used up.
  package static func rateLimited(_ decision: RateLimitDecision) -> GatewayError {
    GatewayError(
      .rateLimited, status: 429, fault: .client,
      "Too many requests. Wait \(decision.retryAfterSeconds) seconds before the next one."
    ).with("Retry-After", String(decision.retryAfterSeconds))
  }
}
