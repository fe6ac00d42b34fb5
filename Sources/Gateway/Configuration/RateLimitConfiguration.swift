/// A named budget of requests.
package struct RateLimitConfiguration: Sendable, Equatable {
  /// What shares one budget.
  package enum Key: String, Sendable, CaseIterable {
    /// The client's address: IPv4 whole, IPv6 by its /64.
    case clientIP = "client_ip"
  }

  /// Stands in the RateLimit fields, so it is a plain name.
  package var name: String
  package var requests: Int
  package var perSeconds: Int
  /// How many may come at once; the budget refills evenly, one every `perSeconds / requests`.
  package var burst: Int
  package var key: Key

  package init(name: String, requests: Int, perSeconds: Int, burst: Int, key: Key) {
    self.name = name
    self.requests = requests
    self.perSeconds = perSeconds
    self.burst = burst
    self.key = key
  }
}
