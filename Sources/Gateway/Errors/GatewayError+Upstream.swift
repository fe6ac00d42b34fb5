extension GatewayError.Code {
  package static let upstreamUnreachable = Self("upstream_unreachable")
  package static let upstreamClosed = Self("upstream_closed")
  package static let upstreamMalformed = Self("upstream_malformed")
  package static let upstreamTimeout = Self("upstream_timeout")
  package static let upstreamBusy = Self("upstream_busy")
  package static let upstreamUnavailable = Self("upstream_unavailable")
  package static let draining = Self("draining")
  package static let overloaded = Self("overloaded")
}

/// What went wrong on the way to an upstream and back.
extension GatewayError {
  /// All codes of this kind, for counting.
  package static let upstreamCodes: [Code] = [
    .upstreamUnreachable, .upstreamClosed, .upstreamMalformed, .upstreamTimeout, .upstreamBusy,
    .upstreamUnavailable,
  ]

  /// No connection could be made; nothing was sent.
  package static let upstreamUnreachable = upstream(
    .upstreamUnreachable, 502, "The service behind this address cannot be reached right now.", mayRetry: true)

  /// The connection ended before an answer began; the request may have had its effect.
  package static let upstreamClosed = upstream(
    .upstreamClosed, 502, "The service behind this address ended the connection without an answer.")

  /// The answer was not well-formed HTTP.
  package static let upstreamMalformed = upstream(
    .upstreamMalformed, 502, "The service behind this address gave an answer that cannot be passed on.")

  /// No connection or no answer in time.
  package static let upstreamTimeout = upstream(
    .upstreamTimeout, 504, "The service behind this address did not answer in time.")

  /// Every connection is taken and the queue is full, or a place in it came too late; nothing was sent.
  package static let upstreamBusy = upstream(
    .upstreamBusy, 503, "The service is busy. Try again shortly.", mayRetry: true
  ).with("Retry-After", "1")

  /// No server has answered well lately, and it is not yet time to try one again; nothing was sent.
  package static let upstreamUnavailable = upstream(
    .upstreamUnavailable, 503, "The service behind this address is not available. Try again shortly.",
    mayRetry: true
  ).with("Retry-After", "1")

  /// The gateway is on its way down.
  package static let draining = GatewayError(
    .draining, status: 503, fault: .gateway, "This server is shutting down. Try again."
  ).with("Retry-After", "1")

  /// The gateway takes no more connections or requests.
  package static let overloaded = GatewayError(
    .overloaded, status: 503, fault: .gateway, "This server is at its limit. Try again shortly."
  ).with("Retry-After", "1")

  private static func upstream(
    _ code: Code, _ status: Int, _ message: String, mayRetry: Bool = false
  ) -> GatewayError {
    var error = GatewayError(code, status: status, fault: .upstream, message)
    error.mayRetry = mayRetry
    return error
  }
}
