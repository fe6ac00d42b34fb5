package import Telemetry

/// The counters of one event loop. Each loop has cells of its own, which the registry adds up at a scrape, so
/// counting waits for nobody.
package final class LoopMetrics: Sendable {
  /// Open client connections.
  package let connections: Gauge
  package let accepted: Counter
  /// Closed at once because the process has enough.
  package let refused: Counter
  /// Open connections to upstreams, used or not.
  package let upstreamConnections: Gauge
  private let routes: [RouteMetrics]
  private let unrouted: RouteMetrics
  let filters: FilterMetrics
  private let tokens: [Counter]
  private let tokenRefusals: [Counter]
  private let upstreamErrors: [String: Counter]

  private let byPattern: [String: RouteMetrics]

  /// - Parameters:
  ///   - plan: its route patterns are the labels.
  ///   - old: of the plan before, whose cells are gone on with: what is declared twice is never forgotten, and
  ///     reloads must not add up.
  package init(_ registry: MetricsRegistry, plan: GatewayPlan, after old: LoopMetrics? = nil) {
    connections =
      old?.connections ?? registry.gauge(MetricNames.connections, help: "Open client connections.")
    accepted =
      old?.accepted ?? registry.counter(MetricNames.accepted, help: "Client connections accepted.")
    refused =
      old?.refused
      ?? registry.counter(
        MetricNames.refused, help: "Client connections closed at once because limits.connections was reached."
      )
    upstreamConnections =
      old?.upstreamConnections
      ?? registry.gauge(MetricNames.upstreamConnections, help: "Open connections to upstreams.")
    filters = FilterMetrics(registry, plan: plan)
    tokenRefusals =
      old?.tokenRefusals
      ?? TokenRefusal.allCases.map {
        registry.counter(
          MetricNames.tokenRefusals, help: "Requests refused for their token, by reason.",
          labels: ["reason": $0.label])
      }
    var byPattern = old?.byPattern ?? ["none": RouteMetrics(registry, route: "none")]
    for route in plan.configuration.routes where byPattern[route.path.description] == nil {
      byPattern[route.path.description] = RouteMetrics(registry, route: route.path.description)
    }
    self.byPattern = byPattern
    routes = plan.configuration.routes.compactMap { byPattern[$0.path.description] }
    unrouted = byPattern["none"] ?? RouteMetrics(registry, route: "none")
    tokens =
      old?.tokens
      ?? TokenOutcome.labels.map {
        registry.counter(
          MetricNames.tokens, help: "Requests by what their token was.", labels: ["outcome": $0])
      }
    upstreamErrors = old?.upstreamErrors ?? Self.upstreamErrors(registry)
  }

  private static func upstreamErrors(_ registry: MetricsRegistry) -> [String: Counter] {
    let codes = GatewayError.upstreamCodes.map(\.rawValue)
    return Dictionary(
      uniqueKeysWithValues: codes.map { code in
        let counter = registry.counter(
          MetricNames.upstreamErrors, help: "Requests that an upstream failed.", labels: ["reason": code])
        return (code, counter)
      })
  }

  /// Counts a finished request.
  package func count(_ record: RequestRecord) {
    (record.route.map { routes[$0] } ?? unrouted).count(record)
    tokens[record.token.place].increment()
    if case .refused(let refusal) = record.token { tokenRefusals[refusal.place].increment() }
    if let reason = record.reason { upstreamErrors[reason]?.increment() }
  }
}

extension TokenOutcome {
  /// The labels of all outcomes, by their places.
  static let labels = ["ignored", "anonymous", "api_key", "verified", "refused"]

  var place: Int {
    switch self {
    case .ignored: 0
    case .anonymous: 1
    case .apiKey: 2
    case .verified: 3
    case .refused: 4
    }
  }

  /// The label of metrics and log lines.
  package var label: String { Self.labels[place] }
}

extension TokenRefusal {
  /// Among all cases.
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  fileprivate var label: String {
    switch self {
    case .missing: "missing"
    case .repeated: "repeated"
    case .notBearer: "not_bearer"
    case .tooLong: "too_long"
    case .malformed: "malformed"
    case .untrusted: "untrusted"
    case .unknownKey, .newKey: "unknown_key"
    case .expired: "expired"
    case .notYetValid: "not_yet_valid"
    case .notForUs: "not_for_us"
    case .revoked: "revoked"
    case .crossOrigin: "cross_origin"
    case .insufficient: "insufficient"
    case .tooManyFailures: "too_many_failures"
    case .noKeys: "no_keys"
    }
  }
}
