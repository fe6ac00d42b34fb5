import Telemetry

/// What one event loop counts of one server.
final class UpstreamServerMetrics {
  let requests: Counter
  /// Answers that say that the server could not do its work.
  let errors: Counter
  let circuitOpened: Counter
  let connections: Gauge
  /// 1 while the loop's circuit is closed; the sum is how many loops send requests.
  let available: Gauge
  private let connectFailures: Counter
  private let timeouts: Counter
  private let closes: Counter
  private let malformed: Counter

  init(_ registry: MetricsRegistry, server: String, of upstream: String) {
    func counter(_ name: String, _ help: String) -> Counter {
      registry.counter(name, help: help, labels: ["upstream": upstream, "server": server])
    }
    func failure(_ reason: String) -> Counter {
      registry.counter(
        MetricNames.upstreamServerFailures, help: "Requests that a server did not answer.",
        labels: ["upstream": upstream, "server": server, "reason": reason])
    }
    requests = counter(MetricNames.upstreamServerRequests, "Requests sent to a server.")
    errors = counter(MetricNames.upstreamServerErrors, "Answers with 500, 502, 503 or 504.")
    circuitOpened = counter(
      MetricNames.upstreamCircuitOpened, "Times that an event loop left a server alone.")
    connections = registry.gauge(
      MetricNames.upstreamServerConnections, help: "Open connections to a server.",
      labels: ["upstream": upstream, "server": server])
    available = registry.gauge(
      MetricNames.upstreamServerAvailable, help: "Event loops whose circuit to a server is closed.",
      labels: ["upstream": upstream, "server": server])
    connectFailures = failure("connect")
    timeouts = failure("timeout")
    closes = failure("closed")
    malformed = failure("malformed")
  }

  func failures(_ failure: UpstreamServer.Failure) -> Counter {
    switch failure {
    case .connect: connectFailures
    case .timeout: timeouts
    case .closed: closes
    case .malformed: malformed
    }
  }
}
