import Logging
import Postgres
import Telemetry

/// Decides what of the database client's events is counted and logged.
struct DatabaseLog: Sendable {
  private let logger: Logger
  private let failures: Counter
  private let refusals: Counter
  private let timeouts: Counter

  init(registry: MetricsRegistry, logger: Logger) {
    self.logger = logger
    failures = registry.counter(
      "daybook_postgres_connection_failures_total", help: "Lost or refused connections to Postgres.")
    refusals = registry.counter(
      "daybook_postgres_refused_total", help: "Statements refused because too many were waiting.")
    timeouts = registry.counter("daybook_postgres_timeouts_total", help: "Statements that took too long.")
  }

  func observe(_ event: PostgresEvent) {
    switch event {
    case .connected(let role): logger.debug("postgres connected", metadata: ["for": "\(role)"])
    case .connectFailed(let role, let reason, let delay):
      failures.increment()
      logger.warning(
        "postgres refused a connection",
        metadata: ["for": "\(role)", "reason": "\(reason)", "retry_after": "\(delay)"])
    case .disconnected(let role, let reason, let lost):
      failures.increment()
      logger.warning(
        "postgres connection lost",
        metadata: ["for": "\(role)", "reason": "\(reason)", "statements_lost": "\(lost)"])
    case .queueFull: refusals.increment()
    case .timedOut: timeouts.increment()
    case .reprepared(let sql): logger.debug("statement prepared again", metadata: ["sql": "\(sql)"])
    }
  }
}
