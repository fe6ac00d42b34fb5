internal import NIOCore

/// A configuration compiled for requests: immutable, shared by all event loops, exchanged as a whole when the
/// configuration is loaded again.
package final class GatewayPlan: Sendable {
  package let configuration: GatewayConfiguration
  package let routes: RouteTable
  /// By place in `configuration.routes`.
  package let rules: [RouteRule]
  package let limiter: RateLimiter
  package let trusted: TrustedProxies

  /// - Parameters:
  ///   - rateLimits: the table of the process, which outlives a configuration, so that a reload forgives nothing.
  ///   - limitsAreOn: false lifts every rate limit.
  package init(
    _ configuration: GatewayConfiguration, rateLimits: RateLimitTable, limitsAreOn: Bool = true
  ) throws(StaticSiteError) {
    self.configuration = configuration
    routes = RouteTable(configuration.routes.map { ($0.path, $0.methods) })
    limiter = RateLimiter(configuration.rateLimits, table: rateLimits, isOn: limitsAreOn)
    trusted = TrustedProxies(configuration.trustedProxies)
    var rules: [RouteRule] = []
    for route in configuration.routes { rules.append(try Self.rule(route, in: configuration)) }
    self.rules = rules
  }

  private static func rule(
    _ route: RouteConfiguration, in configuration: GatewayConfiguration
  ) throws(StaticSiteError) -> RouteRule {
    let headers = route.headers.map { HeaderSet(configuration.headerSets[$0]) } ?? .empty
    let action: RouteRule.Action =
      switch route.action {
      case .upstream(let index): .upstream(index)
      case .site(let index): .site(try StaticSite(configuration.sites[index], headers: headers))
      case .redirect(let redirect): .redirect(Self.answer(redirect, headers))
      }
    return RouteRule(configuration: route, action: action, headers: headers)
  }

  private static func answer(_ redirect: RouteConfiguration.Redirect, _ headers: HeaderSet) -> LocalAnswer {
    var head = ByteBuffer()
    head.writeStatusLine(redirect.status)
    head.writeField("Location", redirect.location)
    head.writeField("Content-Length", "0")
    head.writeImmutableBuffer(headers.lines)
    return LocalAnswer(status: redirect.status, head: head)
  }
}
