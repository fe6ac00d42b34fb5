import Telemetry

/// The cache's counters of one event loop.
final class CacheMetrics: Sendable {
  /// What became of a request on a route with a cache.
  enum Outcome: Int, CaseIterable {
    case hit, stale, collapsed, validated, miss, bypass
  }

  private let requests: [Counter]
  private let stored: Counter

  init(_ registry: MetricsRegistry) {
    requests = Outcome.allCases.map {
      registry.counter(
        MetricNames.cacheRequests, help: "Requests on routes with a cache, by what became of them.",
        labels: ["outcome": "\($0)"])
    }
    stored = registry.counter(MetricNames.cacheStored, help: "Answers stored.")
  }

  func count(_ outcome: Outcome) { requests[outcome.rawValue].increment() }

  func countStored() { stored.increment() }
}

extension ResponseCache {
  /// What the store says of itself at a scrape.
  func register(in registry: MetricsRegistry) {
    registry.sampled(MetricNames.cacheBytes, kind: .gauge, help: "Memory of stored answers.") { [weak self] in
      self.map { Double($0.bytes) }
    }
    registry.sampled(MetricNames.cacheEntries, kind: .gauge, help: "Stored answers.") { [weak self] in
      self.map { Double($0.count) }
    }
    registry.sampled(
      MetricNames.cacheEvictions, kind: .counter, help: "Answers thrown out for want of room."
    ) { [weak self] in self.map { Double($0.evictions) } }
    registry.sampled(MetricNames.cachePurges, kind: .counter, help: "Purges of tags, paths or everything.") {
      [weak self] in self.map { Double($0.purges.stamp - 1) }
    }
  }
}
