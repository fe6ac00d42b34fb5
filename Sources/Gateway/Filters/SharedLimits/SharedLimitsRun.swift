import Logging
import NIOCore
import NIOPosix
import Redis
import Telemetry

/// Shared rate limits while the gateway runs: a thread of their own for Redis, and the task that settles.
final class SharedLimitsRun: Sendable {
  private let task: Task<Void, Never>

  init(
    _ configuration: SharedLimitConfiguration, table: RateLimitTable, loops: [NIOLoopBound<GatewayLoop>],
    registry: MetricsRegistry, logger: Logger
  ) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let redis = RedisClient(configuration: configuration.redis, eventLoopGroup: group)
    let collect: SharedLimits.Collect = { now in
      var pages: [RateLimitLedger.Page] = []
      for loop in loops {
        if let page = try? await loop.eventLoop.submit({ loop.value.takeLedger(now: now) }).get() {
          pages.append(page)
        }
      }
      return pages
    }
    let limits = SharedLimits(
      configuration, table: table, redis: redis, metrics: SharedLimitMetrics(registry), logger: logger,
      collect: collect)
    task = Task {
      await withDiscardingTaskGroup { tasks in
        tasks.addTask { try? await redis.run() }
        tasks.addTask { await limits.run() }
      }
      try? await group.shutdownGracefully()
    }
  }

  /// Forgets what has not been settled.
  func stop() async {
    task.cancel()
    await task.value
  }
}
