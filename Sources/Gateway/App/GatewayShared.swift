import Telemetry

/// What the event loops of a process have in common; each of it may be used from all of them.
struct GatewayShared: Sendable {
  let registry: MetricsRegistry
  let accessLog: AccessLog
  let readiness: Readiness
  /// File descriptors that the process may have.
  let descriptors: Int
  let connectionCounts = ConnectionCounts()
  let memory: MemoryPressure
  let purges: PurgeBoard
  /// Nil when no collector is configured.
  let traces: TraceExporter?
  let cache: ResponseCache
  let revoked: RevokedTokens
  let edgeEvents: EdgeEventMetrics
}
