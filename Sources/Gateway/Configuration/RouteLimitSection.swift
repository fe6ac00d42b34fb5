/// `rate_limits` and `priority` of a route.
enum RouteLimitSection {
  /// `[api]` or `[{name: api, cost: 5}]`.
  static func read(
    _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) -> [RouteConfiguration.Limit] {
    section.values("rate_limits").compactMap { item -> RouteConfiguration.Limit? in
      switch item {
      case .text(let name, let line):
        return place(name, line, section, configuration).map { RouteConfiguration.Limit(place: $0) }
      case .mapping(let mapping):
        let name = mapping.string("name", required: true)
        let cost = mapping.integer("cost", 1...1_000_000) ?? 1
        mapping.finish()
        let place = name.flatMap { self.place($0, mapping.line(of: "name"), section, configuration) }
        return place.map { RouteConfiguration.Limit(place: $0, cost: cost) }
      }
    }
  }

  /// Limits that could never say anything, or never anything but no.
  static func check(
    _ route: RouteConfiguration, _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) {
    let limits = route.rateLimits.map { (configuration.rateLimits[$0.place], $0.cost) }
    if Set(route.rateLimits.map(\.place)).count < limits.count {
      section.complain("rate_limits", "has a name twice; give it a cost instead")
    }
    let windows = limits.reduce(0) { $0 + $1.0.windows.count }
    if windows > RateLimitReadings.capacity {
      section.complain(
        "rate_limits", "has \(windows) budgets together; at most \(RateLimitReadings.capacity) are asked")
    }
    let deposits = limits.reduce(0) { $0 + ($1.0.counts.isEmpty ? 0 : $1.0.windows.count) }
    if deposits > RateLimitDeposits.capacity {
      section.complain(
        "rate_limits",
        "has \(deposits) budgets that count answers; at most \(RateLimitDeposits.capacity) are kept")
    }
    for (limit, cost) in limits { check(limit, cost, route, section) }
    checkPriority(route, section, configuration)
  }

  private static func check(
    _ limit: RateLimitConfiguration, _ cost: Int, _ route: RouteConfiguration, _ section: ConfigurationMapping
  ) {
    if let burst = limit.windows.map(\.burst).min(), cost > burst {
      section.complain(
        "rate_limits",
        "takes \(cost) at once from \"\(limit.name)\", whose burst is \(burst): nothing would pass")
    }
    if route.token == .none, limit.key == .subject || limit.key == .apiKey {
      section.complain(
        "rate_limits",
        "names \"\(limit.name)\", which is by \(limit.key), but the route looks at no token; add token: optional"
      )
    }
    if !limit.counts.isEmpty, !route.asksUpstream {
      section.complain(
        "rate_limits", "names \"\(limit.name)\", which counts an upstream's answers, and this route asks none"
      )
    }
  }

  private static func checkPriority(
    _ route: RouteConfiguration, _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) {
    guard section.has("priority") else { return }
    guard case .upstream(let place) = route.action else {
      return section.complain("priority", "is of no use: this route asks no upstream")
    }
    if configuration.upstreams[place].shedMilliseconds == nil {
      section.complain(
        "priority",
        "is of no use: upstream \"\(configuration.upstreams[place].name)\" has no shed_above_ms")
    }
  }

  private static func place(
    _ name: String, _ line: Int?, _ section: ConfigurationMapping, _ configuration: GatewayConfiguration
  ) -> Int? {
    NamedPlace.find(name, among: configuration.rateLimits.map(\.name), "rate_limits", line: line, section)
  }
}

extension RouteConfiguration {
  fileprivate var asksUpstream: Bool {
    if case .upstream = action { true } else { false }
  }
}
