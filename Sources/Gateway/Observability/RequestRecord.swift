/// What is known of a request when its answer has been sent; metrics and the access log are made of it.
package struct RequestRecord: Sendable {
  /// Who answered.
  package enum Source: UInt8, Sendable, CaseIterable {
    case gateway
    case upstream
    case cache
  }

  /// The place of the route, nil when there was none.
  package var route: Int?
  package var status = 0
  package var source: Source = .gateway
  /// From the first byte of the request to the last of the answer.
  package var nanoseconds = 0
  /// From the request's leaving to the first byte of the upstream's answer; nil when none was asked.
  package var upstreamNanoseconds: Int?
  package var bytesIn = 0
  package var bytesOut = 0
  package var client = ClientAddress(ipv4: 0)
  package var token: TokenOutcome = .ignored
  /// Whether a rate limit refused it.
  package var isLimited = false
  /// The client's span that ours is a child of; 0 when it brought none.
  package var parentSpan: UInt64 = 0
  /// Whether the client came over TLS, to us or to a balancer of ours.
  package var isSecure = false
  /// The code of an error that the gateway answered with.
  package var reason: String?

  package init() {}
}
