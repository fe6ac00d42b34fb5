internal import Telemetry

/// The counters of one route on one event loop.
final class RouteMetrics: Sendable {
  /// By status class, 2xx first; the rest, which should not happen, last.
  private let requests: [Counter]
  private let seconds: Histogram
  private let upstreamSeconds: Histogram
  private let limited: Counter
  private let bytesIn: Counter
  private let bytesOut: Counter

  init(_ registry: MetricsRegistry, route: String) {
    requests = ["2xx", "3xx", "4xx", "5xx", "other"].map {
      registry.counter(
        MetricNames.requests, help: "Requests by route and class of status.",
        labels: ["route": route, "status": $0])
    }
    seconds = registry.histogram(
      MetricNames.seconds, help: "From the first byte of a request to the last of its answer.",
      labels: ["route": route])
    upstreamSeconds = registry.histogram(
      MetricNames.upstreamSeconds,
      help: "From a request's leaving to the first byte of the upstream's answer.",
      labels: ["route": route])
    limited = registry.counter(
      MetricNames.limited, help: "Requests refused by a rate limit.", labels: ["route": route])
    bytesIn = registry.counter(
      MetricNames.bytesIn, help: "Bytes of requests.", labels: ["route": route])
    bytesOut = registry.counter(
      MetricNames.bytesOut, help: "Bytes of answers.", labels: ["route": route])
  }

  func count(_ record: RequestRecord) {
    requests[(200..<600).contains(record.status) ? record.status / 100 - 2 : 4].increment()
    seconds.record(record.nanoseconds)
    if let upstream = record.upstreamNanoseconds { upstreamSeconds.record(upstream) }
    if record.isLimited { limited.increment() }
    bytesIn.increment(by: record.bytesIn)
    bytesOut.increment(by: record.bytesOut)
  }
}
