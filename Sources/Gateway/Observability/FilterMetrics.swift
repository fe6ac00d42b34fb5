internal import Telemetry

/// The counters of limits, tokens and shedding on one event loop. The filters keep plain numbers, which are brought
/// here with each tick of the loop.
final class FilterMetrics: Sendable {
  private let allowed: [Counter]
  private let refused: [Counter]
  private let checks: Counter
  private let remembered: Gauge
  private let upstreams: [Upstream?]

  fileprivate struct Upstream: Sendable {
    let limit: Gauge
    let underWay: Gauge
    let refused: [Counter]
  }

  init(_ registry: MetricsRegistry, plan: GatewayPlan) {
    func decisions(_ outcome: String) -> [Counter] {
      plan.configuration.policyNames.map {
        registry.counter(
          MetricNames.limitDecisions, help: "Decisions of rate limits, by budget.",
          labels: ["limit": $0, "outcome": outcome])
      }
    }
    allowed = decisions("allowed")
    refused = decisions("refused")
    checks = registry.counter(MetricNames.tokenChecks, help: "Tokens whose signature was checked.")
    remembered = registry.gauge(MetricNames.remembered, help: "Verified tokens that are remembered.")
    upstreams = plan.configuration.upstreams.map { upstream in
      upstream.shedMilliseconds == nil ? nil : Upstream(registry, upstream.name)
    }
  }

  func add(_ tallies: [(allowed: Int, refused: Int)]) {
    for (index, tally) in tallies.enumerated() where index < allowed.count {
      if tally.allowed > 0 { allowed[index].increment(by: tally.allowed) }
      if tally.refused > 0 { refused[index].increment(by: tally.refused) }
    }
  }

  /// - Parameter checks: since the last time.
  func add(checks: Int, remembered: Int) {
    if checks > 0 { self.checks.increment(by: checks) }
    self.remembered.set(remembered)
  }

  func add(_ load: UpstreamLoad, upstream: Int) {
    guard let upstream = upstreams[upstream] else { return }
    upstream.limit.set(load.shedder.limit)
    upstream.underWay.set(load.shedder.underWay)
    for (counter, count) in zip(upstream.refused, load.takeRefused()) where count > 0 {
      counter.increment(by: count)
    }
  }
}

extension FilterMetrics.Upstream {
  fileprivate init(_ registry: MetricsRegistry, _ name: String) {
    limit = registry.gauge(
      MetricNames.concurrencyLimit, help: "Requests that may wait for an upstream's first byte at once.",
      labels: ["upstream": name])
    underWay = registry.gauge(
      MetricNames.underWay, help: "Requests that wait for an upstream's first byte.",
      labels: ["upstream": name])
    refused = ["critical", "normal", "low"].map {
      registry.counter(
        MetricNames.shed, help: "Requests refused because the upstream is slow, by priority.",
        labels: ["upstream": name, "priority": $0])
    }
  }
}
