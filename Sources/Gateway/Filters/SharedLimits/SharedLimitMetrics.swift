import Telemetry

/// How well gateways know what the others have let through.
struct SharedLimitMetrics: Sendable {
  let settled: Counter
  let failed: Counter
  let lost: Counter
  let isReached: Gauge

  init(_ registry: MetricsRegistry) {
    func counter(_ outcome: String) -> Counter {
      registry.counter(
        MetricNames.sharedLimitKeys, help: "Keys of rate limits settled with other gateways, by outcome.",
        labels: ["outcome": outcome])
    }
    settled = counter("settled")
    failed = counter("failed")
    lost = counter("lost")
    isReached = registry.gauge(
      MetricNames.sharedLimitsReached, help: "1 while rate limits are shared, 0 while this gateway is alone.")
  }
}
