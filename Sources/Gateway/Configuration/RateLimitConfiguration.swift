/// A named limit: whose requests are counted, and the budgets that they are counted against.
package struct RateLimitConfiguration: Sendable, Equatable {
  /// What shares one budget.
  package enum Key: Sendable, Equatable {
    /// The client's address: IPv4 whole, IPv6 by its /64.
    case clientIP
    /// The subject of a verified token; others are not counted.
    case subject
    /// An API key; others are not counted.
    case apiKey
    /// The API key, else the token's subject, else the address: everybody by the best name that he has. Who shows
    /// a wrong token is counted by his address.
    case caller
    /// The value of a header field; requests without it share one budget.
    case header(String)
    /// Everybody on the same route.
    case route

    /// Known only once the token has been looked at.
    package var needsToken: Bool {
      switch self {
      case .subject, .apiKey, .caller: true
      case .clientIP, .header, .route: false
      }
    }
  }

  /// One budget, which refills evenly.
  package struct Window: Sendable, Equatable {
    /// As the RateLimit fields name it.
    package var policy: String
    package var requests: Int
    package var perSeconds: Int
    /// How many may come at once; then one every `perSeconds / requests`.
    package var burst: Int

    package init(policy: String, requests: Int, perSeconds: Int, burst: Int) {
      self.policy = policy
      self.requests = requests
      self.perSeconds = perSeconds
      self.burst = burst
    }
  }

  /// Stands in the RateLimit fields, so it is a plain name.
  package var name: String
  package var key: Key
  /// At least one; all of them must have room.
  package var windows: [Window]
  /// The statuses of answers that use the budget up; empty when every request does.
  package var counts: [Int] = []

  package init(name: String, key: Key, windows: [Window]) {
    self.name = name
    self.key = key
    self.windows = windows
  }
}

extension RateLimitConfiguration.Key: CustomStringConvertible {
  /// As the configuration writes it.
  package var description: String {
    switch self {
    case .clientIP: "client_ip"
    case .subject: "subject"
    case .apiKey: "api_key"
    case .caller: "caller"
    case .route: "route"
    case .header(let name): "header:\(name)"
    }
  }

  package init?(_ text: String) {
    switch text {
    case "client_ip": self = .clientIP
    case "subject": self = .subject
    case "api_key": self = .apiKey
    case "caller": self = .caller
    case "route": self = .route
    default:
      guard text.hasPrefix("header:") else { return nil }
      self = .header(String(text.dropFirst(7)))
    }
  }
}
