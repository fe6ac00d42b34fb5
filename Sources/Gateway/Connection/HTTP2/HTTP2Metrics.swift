import HTTPWire
import Telemetry

/// What is counted of HTTP/2 beyond what is counted of every request and connection.
struct HTTP2Metrics: Sendable {
  /// Open connections that speak it.
  let connections: Gauge
  /// Streams that the client has given up.
  let clientResets: Counter
  /// Streams that we have reset for the client's fault.
  let refusedStreams: Counter
  private let errors: [HTTP2Error.Reason: Counter]

  init(_ registry: MetricsRegistry) {
    connections = registry.gauge(
      MetricNames.http2Connections, help: "Open client connections that speak HTTP/2.")
    clientResets = registry.counter(
      MetricNames.http2Resets, help: "Streams that were reset, by who did it.", labels: ["by": "client"])
    refusedStreams = registry.counter(
      MetricNames.http2Resets, help: "Streams that were reset, by who did it.", labels: ["by": "gateway"])
    errors = Dictionary(
      uniqueKeysWithValues: HTTP2Error.Reason.allCases.map { reason in
        let counter = registry.counter(
          MetricNames.http2Errors, help: "HTTP/2 connections ended for the client's fault, by reason.",
          labels: ["reason": reason.rawValue])
        return (reason, counter)
      })
  }

  func count(_ error: HTTP2Error) { errors[error.reason]?.increment() }
}
