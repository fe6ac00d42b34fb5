/// What happens to the requests of one path pattern.
package struct RouteConfiguration: Sendable, Equatable {
  package enum Action: Sendable, Equatable {
    /// The place in `sites`.
    case site(Int)
    /// The place in `upstreams`.
    case upstream(Int)
    case redirect(Redirect)
  }

  package struct Redirect: Sendable, Equatable {
    /// 301, 302, 303, 307 or 308.
    package var status: Int
    /// An absolute path or an http(s) URL.
    package var location: PathTemplate
    /// Whether the request's query goes along.
    package var keepsQuery = true

    package init(status: Int, location: PathTemplate) {
      self.status = status
      self.location = location
    }
  }

  /// What is asked of a caller.
  package enum TokenRule: String, Sendable, CaseIterable {
    /// Nothing is looked at; the field goes on as it is.
    case none
    /// Without a token it passes, with a bad one it does not.
    case optional
    case required
  }

  /// One claim that a token must have.
  package struct Requirement: Sendable, Equatable {
    package var claim: String
    /// One of them is enough.
    package var values: [String]

    package init(claim: String, values: [String]) {
      self.claim = claim
      self.values = values
    }
  }

  package struct Limit: Sendable, Equatable {
    /// The place in `rateLimits`.
    package var place: Int
    /// What a request of this route takes from it.
    package var cost: Int

    package init(place: Int, cost: Int = 1) {
      self.place = place
      self.cost = cost
    }
  }

  /// Who is refused first when an upstream is slow.
  package enum Priority: String, Sendable, CaseIterable {
    case critical
    case normal
    case low
  }

  package var path: PathPattern
  package var methods: MethodSet
  package var action: Action
  package var token: TokenRule = .none
  /// All of them must hold.
  package var requirements: [Requirement] = []
  /// Each of them is asked.
  package var rateLimits: [Limit] = []
  package var addresses = AddressRule.everybody
  package var priority = Priority.normal
  /// The place in `headerSets`.
  package var headers: Int?
  /// One in this many ordinary requests is logged; nil as the whole log says.
  package var logOneIn: Int?
  /// The place in `crossOrigin`.
  package var crossOrigin: Int?
  /// The path that the upstream sees in place of the client's; its query stays.
  package var rewrite: PathTemplate?
  /// Whether clients may turn their connection into a WebSocket.
  package var allowsWebSocket = false

  /// Nil when its answers are not stored.
  package var cache: RouteCacheConfiguration?
  /// Clients who ask for the same event stream share one of the upstream's.
  package var fansOut = false

  package init(path: PathPattern, methods: MethodSet, action: Action) {
    self.path = path
    self.methods = methods
    self.action = action
  }
}
