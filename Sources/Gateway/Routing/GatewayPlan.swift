/// A configuration compiled for requests: immutable, shared by all event loops, exchanged as a whole when the
/// configuration is loaded again.
package final class GatewayPlan: Sendable {
  package let configuration: GatewayConfiguration
  package let routes: RouteTable
  /// By place in `configuration.routes`.
  package let rules: [RouteRule]
  package let limiter: RateLimiter
  package let trusted: TrustedProxies
  package let errorPages: ErrorPages

  /// - Parameters:
  ///   - rateLimits: the table of the process, which outlives a configuration, so that a reload forgives nothing.
  ///   - limitsAreOn: false lifts every rate limit.
  package init(
    _ configuration: GatewayConfiguration, rateLimits: RateLimitTable, limitsAreOn: Bool = true
  ) throws(StaticSiteError) {
    self.configuration = configuration
    routes = RouteTable(configuration.routes.map { ($0.path, $0.methods) })
    limiter = RateLimiter(configuration.token?.failures, table: rateLimits, isOn: limitsAreOn)
    trusted = TrustedProxies(configuration.trustedProxies, field: configuration.forwardingField)
    var loaded: [SiteContent?] = configuration.sites.map { _ in nil }
    errorPages = try Self.errorPages(configuration, &loaded)
    var rules: [RouteRule] = []
    for route in configuration.routes {
      rules.append(try Self.rule(route, in: configuration, errorPages, &loaded))
    }
    self.rules = rules
  }

  /// A new one for an event loop.
  package var limitFilter: LimitFilter {
    LimitFilter(
      policies: configuration.policyNames.count,
      isShared: limiter.isOn && configuration.sharedLimits != nil)
  }

  private static func rule(
    _ route: RouteConfiguration, in configuration: GatewayConfiguration, _ errorPages: ErrorPages,
    _ loaded: inout [SiteContent?]
  ) throws(StaticSiteError) -> RouteRule {
    let headers = headers(
      route.headers, in: configuration, replacesCrossOrigin: route.crossOrigin != nil)
    let action: RouteRule.Action =
      switch route.action {
      case .upstream(let index): .upstream(index)
      case .site(let index):
        .site(
          try StaticSite(
            content(of: index, configuration, &loaded), headers: headers, errorPages: errorPages))
      case .redirect(let redirect): .redirect(RedirectRule(redirect, headers: headers.lines))
      }
    let crossOrigin = route.crossOrigin.map {
      CrossOriginPolicy(configuration.crossOrigin[$0], methods: route.methods)
    }
    return RouteRule(
      configuration: route, action: action, headers: headers, crossOrigin: crossOrigin,
      limits: configuration.limits(of: route))
  }

  private static func errorPages(
    _ configuration: GatewayConfiguration, _ loaded: inout [SiteContent?]
  ) throws(StaticSiteError) -> ErrorPages {
    guard let pages = configuration.errorPages else { return .none }
    return try ErrorPages(
      pages, content(of: pages.site, configuration, &loaded),
      headers: headers(pages.headers, in: configuration))
  }

  private static func headers(
    _ place: Int?, in configuration: GatewayConfiguration, replacesCrossOrigin: Bool = false
  ) -> HeaderSet {
    guard place != nil || replacesCrossOrigin else { return .empty }
    let set = place.map { configuration.headerSets[$0] } ?? HeaderSetConfiguration(name: "", fields: [])
    return HeaderSet(set, replacesCrossOrigin: replacesCrossOrigin)
  }

  /// A site is read once, however many routes serve it.
  private static func content(
    of site: Int, _ configuration: GatewayConfiguration, _ loaded: inout [SiteContent?]
  ) throws(StaticSiteError) -> SiteContent {
    if let content = loaded[site] { return content }
    let content = try SiteContent(configuration.sites[site])
    loaded[site] = content
    return content
  }
}

extension GatewayConfiguration {
  /// Every budget of every limit, as the RateLimit fields name them.
  package var policyNames: [String] { rateLimits.flatMap(\.windows).map(\.policy) }

  fileprivate func limits(of route: RouteConfiguration) -> RouteLimits {
    var starts: [Int] = []
    var count = 0
    for limit in rateLimits {
      starts.append(count)
      count += limit.windows.count
    }
    let limits = route.rateLimits.map { limit -> RouteLimits.Asked in
      let start = starts[limit.place]
      let configuration = rateLimits[limit.place]
      return RouteLimits.Asked(
        configuration, policies: start..<start + configuration.windows.count, cost: limit.cost)
    }
    return RouteLimits(limits, route: route.path.description)
  }
}
