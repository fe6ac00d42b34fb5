import Telemetry

/// The counters of all upstreams on one event loop: made once, found again by every later configuration. However many
/// addresses a name leads to in the course of time, the number of series has a bound.
final class UpstreamMetricsStore {
  private let registry: MetricsRegistry
  private var upstreams: [String: UpstreamMetrics] = [:]
  private var servers: [String: [String: UpstreamServerMetrics]] = [:]
  /// Servers of one upstream with a series of their own; later ones share one.
  private static let limit = 64

  init(_ registry: MetricsRegistry) {
    self.registry = registry
  }

  func upstream(_ name: String) -> UpstreamMetrics {
    if let known = upstreams[name] { return known }
    let metrics = UpstreamMetrics(registry, upstream: name)
    upstreams[name] = metrics
    return metrics
  }

  func server(_ label: String, of upstream: String) -> UpstreamServerMetrics {
    let known = servers[upstream, default: [:]]
    if let metrics = known[label] { return metrics }
    guard known.count < Self.limit || label == Self.others else { return server(Self.others, of: upstream) }
    let metrics = UpstreamServerMetrics(registry, server: label, of: upstream)
    servers[upstream, default: [:]][label] = metrics
    return metrics
  }

  private static let others = "others"
}
