/// What is to happen to a request, and what was found out about it on the way.
package struct RequestVerdict: Sendable {
  package enum Action: Sendable {
    /// Sent as it is.
    case answer(LocalAnswer)
    /// Passed to the upstream at this place of the configuration.
    case forward(upstream: Int)
    /// It waits for the keys that are being fetched; then it is decided about again.
    case hold
    /// Turned into an answer by `RequestPolicy.answer`.
    case refuse(GatewayError)
  }

  /// Nil when no route was found.
  package var route: Int?
  /// The client behind trusted proxies.
  package var client: ClientAddress
  package var token: TokenOutcome = .ignored
  /// Where the token stands when it came in a cookie: it goes on as Authorization.
  package var cookieToken: Range<Int>?
  /// What the rate limits said that were asked.
  package var limits = RateLimitReadings()
  /// Paid in advance, to be settled when the answer's status is known.
  package var deposits = RateLimitDeposits()
  package var action: Action

  package init(client: ClientAddress, action: Action) {
    self.client = client
    self.action = action
  }
}
