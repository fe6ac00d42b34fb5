/// Everything that gateway.yaml says, checked. `docs` of each key stand in gateway-config/gateway.yaml.
///
/// Names are resolved: a route holds the place of its upstream, site and limits in the arrays here.
package struct GatewayConfiguration: Sendable, Equatable {
  package var listeners: [ListenerConfiguration] = []
  /// Where metrics and health are served; never public.
  package var admin: ListenerConfiguration?
  /// How often the files of certificates are looked at.
  package var certificateCheckSeconds = 10
  /// Where a new process asks this one for its listening sockets; nil when it may not.
  package var takeoverSocket: String?
  /// Where the file says so, for complaints about its folder.
  package var takeoverSocketLine: Int?
  /// Peers whose forwarding field and PROXY headers are believed.
  package var trustedProxies: [AddressBlock] = []
  /// The field that they write.
  package var forwardingField = TrustedProxies.Field.xForwardedFor
  package var addressLists: [AddressList] = []
  /// For every route.
  package var addresses = AddressRule.everybody
  package var limits = LimitConfiguration()
  package var timeouts = TimeoutConfiguration()
  package var upstreams: [UpstreamConfiguration] = []
  package var token: TokenConfiguration?
  package var rateLimits: [RateLimitConfiguration] = []
  /// How many keys all rate limits together remember; 8 bytes each, taken as they are used.
  package var rateLimitKeys = 1 << 20
  /// Nil when each gateway counts for itself.
  package var sharedLimits: SharedLimitConfiguration?
  package var headerSets: [HeaderSetConfiguration] = []
  package var crossOrigin: [CrossOriginConfiguration] = []
  package var sites: [SiteConfiguration] = []
  package var errorPages: ErrorPageConfiguration?
  package var routes: [RouteConfiguration] = []
  package var cache = CacheConfiguration()
  package var accessLog = AccessLogConfiguration()
  /// Nil when spans are sent nowhere.
  package var tracing: TracingConfiguration?

  /// What is no mistake, but probably not meant.
  package var warnings: [ConfigurationComplaint] = []
  /// Nil when nobody tells of purges and ended sessions.
  package var edgeEvents: EdgeEventsConfiguration?

  package init() {}
}
