/// One route of the configuration with everything it needs at hand. Shared by reference, so that a match costs
/// one count.
package final class RouteRule: Sendable {
  package enum Action: Sendable {
    case site(StaticSite)
    /// The place in `GatewayConfiguration.upstreams`.
    case upstream(Int)
    case redirect(LocalAnswer)
  }

  package let configuration: RouteConfiguration
  package let action: Action
  package let headers: HeaderSet

  package init(configuration: RouteConfiguration, action: Action, headers: HeaderSet) {
    self.configuration = configuration
    self.action = action
    self.headers = headers
  }

  /// Whether a person sees what it answers, so that errors are pages too.
  package var isPage: Bool {
    if case .site = action { true } else { false }
  }
}
