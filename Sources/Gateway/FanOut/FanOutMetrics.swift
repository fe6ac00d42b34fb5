import Telemetry

/// What one event loop counts of shared streams.
struct FanOutMetrics {
  let streams: Gauge
  let clients: Gauge
  let dropped: Counter

  init(_ registry: MetricsRegistry) {
    streams = registry.gauge(MetricNames.fanOutStreams, help: "Upstream event streams that clients share.")
    clients = registry.gauge(MetricNames.fanOutClients, help: "Clients that listen to a shared stream.")
    dropped = registry.counter(
      MetricNames.fanOutDropped, help: "Clients of a shared stream that did not take what they were sent.")
  }
}
