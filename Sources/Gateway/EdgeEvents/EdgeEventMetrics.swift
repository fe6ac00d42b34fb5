import Telemetry

/// What is counted of edge events.
struct EdgeEventMetrics: Sendable {
  private let connected: Gauge
  private let purges: Counter
  private let revocations: Counter
  private let resets: Counter
  private let losses: Counter

  init(_ registry: MetricsRegistry, revoked: RevokedTokens) {
    connected = registry.gauge(
      MetricNames.edgeEventsConnected, help: "1 while origin tells of purges and ended sessions.")
    let help = "Edge events, by what they tell."
    purges = registry.counter(MetricNames.edgeEvents, help: help, labels: ["event": "purge"])
    revocations = registry.counter(MetricNames.edgeEvents, help: help, labels: ["event": "revoke"])
    resets = registry.counter(MetricNames.edgeEvents, help: help, labels: ["event": "reset"])
    losses = registry.counter(
      MetricNames.edgeEventsLost, help: "Times that the stream of edge events ended or could not be had.")
    registry.sampled(
      MetricNames.revoked, kind: .gauge, help: "Ended sessions whose tokens would still run."
    ) { Double(revoked.count) }
  }

  func heard(_ event: EdgeEvent) {
    switch event {
    case .purge: purges.increment()
    case .revokeSession, .revokeSubject: revocations.increment()
    case .reset: resets.increment()
    case .ready: connected.set(1)
    case .alive: break
    }
  }

  func lost() {
    connected.set(0)
    losses.increment()
  }
}
