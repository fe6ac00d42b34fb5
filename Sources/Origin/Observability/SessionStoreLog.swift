import Logging
import Redis
import Telemetry

/// Decides what of the Redis client's events is counted and logged.
struct SessionStoreLog: Sendable {
  private let logger: Logger
  private let failures: Counter
  private let timeouts: Counter

  init(registry: MetricsRegistry, logger: Logger) {
    self.logger = logger
    failures = registry.counter(
      "daybook_redis_connection_failures_total", help: "Lost or refused connections to Redis.")
    timeouts = registry.counter("daybook_redis_timeouts_total", help: "Commands without a reply in time.")
  }

  func observe(_ event: RedisEvent) {
    switch event {
    case .connected(let connection): logger.debug("redis connected", metadata: ["for": "\(connection)"])
    case .connectFailed(let connection, let error, let delay),
      .disconnected(let connection, let error, let delay):
      failures.increment()
      logger.warning(
        "redis connection failed",
        metadata: ["for": "\(connection)", "error": "\(error)", "retry_after": "\(delay)"])
    case .timedOut(let commands): timeouts.increment(by: commands)
    }
  }
}
