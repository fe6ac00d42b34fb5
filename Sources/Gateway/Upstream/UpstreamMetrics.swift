import Telemetry

/// What one event loop counts of one upstream.
final class UpstreamMetrics {
  /// Requests that wait for a connection.
  let queue: Gauge
  let queueRefused: Counter
  let retries: Counter
  let retriesDenied: Counter
  /// Open ones.
  let webSockets: Gauge

  init(_ registry: MetricsRegistry, upstream: String) {
    queue = registry.gauge(
      MetricNames.upstreamQueue, help: "Requests that wait for a connection.", labels: ["upstream": upstream])
    queueRefused = registry.counter(
      MetricNames.upstreamQueueRefused, help: "Requests refused because too many wait.",
      labels: ["upstream": upstream])
    retries = registry.counter(
      MetricNames.upstreamRetries, help: "Requests sent once more.",
      labels: ["upstream": upstream, "outcome": "sent"])
    retriesDenied = registry.counter(
      MetricNames.upstreamRetries, help: "Requests sent once more.",
      labels: ["upstream": upstream, "outcome": "over_budget"])
    webSockets = registry.gauge(
      MetricNames.webSockets, help: "Open WebSockets.", labels: ["upstream": upstream])
  }
}
