/// What is to happen to a request, and what was found out about it on the way.
package struct RequestVerdict: Sendable {
  package enum Action: Sendable {
    /// Sent as it is.
    case answer(LocalAnswer)
    /// Passed to the upstream at this place of the configuration.
    case forward(upstream: Int)
    /// Turned into an answer by `RequestPolicy.answer`.
    case refuse(GatewayError)
  }

  /// Nil when no route was found.
  package var route: Int?
  /// The client behind trusted proxies.
  package var client: ClientAddress
  package var token: TokenOutcome = .ignored
  /// The tightest of the limits that were asked, with its place in the configuration.
  package var limit: (index: Int, decision: RateLimitDecision)?
  package var action: Action

  package init(client: ClientAddress, action: Action) {
    self.client = client
    self.action = action
  }
}
