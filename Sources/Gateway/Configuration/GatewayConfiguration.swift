/// Everything that gateway.yaml says, checked. `docs` of each key stand in gateway-config/gateway.yaml.
///
/// Names are resolved: a route holds the place of its upstream, site and limits in the arrays here.
package struct GatewayConfiguration: Sendable, Equatable {
  package var listeners: [ListenerConfiguration] = []
  /// Where metrics and health are served; never public.
  package var admin: ListenerConfiguration?
  /// Peers whose `X-Forwarded-For` is believed.
  package var trustedProxies: [AddressBlock] = []
  package var limits = LimitConfiguration()
  package var timeouts = TimeoutConfiguration()
  package var upstreams: [UpstreamConfiguration] = []
  package var token: TokenConfiguration?
  package var rateLimits: [RateLimitConfiguration] = []
  /// How many keys all rate limits together remember; 8 bytes each, taken as they are used.
  package var rateLimitKeys = 1 << 20
  package var headerSets: [HeaderSetConfiguration] = []
  package var crossOrigin: [CrossOriginConfiguration] = []
  package var sites: [SiteConfiguration] = []
  package var errorPages: ErrorPageConfiguration?
  package var routes: [RouteConfiguration] = []
  package var accessLog = AccessLogConfiguration()

  package init() {}
}
