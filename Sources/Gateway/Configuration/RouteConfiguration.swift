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

  package var path: PathPattern
  package var methods: MethodSet
  package var action: Action
  package var token: TokenRule = .none
  /// Places in `rateLimits`; each of them is asked.
  package var rateLimits: [Int] = []
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
