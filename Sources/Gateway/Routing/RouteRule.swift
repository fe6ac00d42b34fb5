/// One route of the configuration with everything it needs at hand. Shared by reference, so that a match costs
/// one count.
package final class RouteRule: Sendable {
  package enum Action: Sendable {
    case site(StaticSite)
    /// The place in `GatewayConfiguration.upstreams`.
    case upstream(Int)
    case redirect(RedirectRule)
  }

  package let configuration: RouteConfiguration
  package let action: Action
  package let headers: HeaderSet
  /// Nil when pages of other origins are none of the route's business.
  package let crossOrigin: CrossOriginPolicy?
  package let limits: RouteLimits

  package init(
    configuration: RouteConfiguration, action: Action, headers: HeaderSet,
    crossOrigin: CrossOriginPolicy? = nil, limits: RouteLimits = .none
  ) {
    self.configuration = configuration
    self.action = action
    self.headers = headers
    self.crossOrigin = crossOrigin
    self.limits = limits
  }

  /// Whether a person sees what it answers, so that errors are pages too.
  package var isPage: Bool {
    if case .site = action { true } else { false }
  }
}
