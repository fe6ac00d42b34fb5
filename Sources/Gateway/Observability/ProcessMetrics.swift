internal import Telemetry

/// What is told of the process as a whole, declared once at its start.
enum ProcessMetrics {
  static func declare(in registry: MetricsRegistry, _ accessLog: AccessLog) {
    registry.gauge(
      MetricNames.buildInfo, help: "Always 1; the labels say what runs here.",
      labels: ["version": GatewayVersion.number, "swift": GatewayVersion.compiler]
    ).set(1)
    registry.sampled(
      MetricNames.logLost, kind: .counter,
      help: "Lines of the access log that were dropped because standard output did not take them."
    ) { Double(accessLog.lostLines) }
  }
}
