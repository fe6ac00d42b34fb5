import Logging
import NIOCore
import Redis
import Telemetry

/// Tells other gateways through Redis what has been used of the rate limits here, and counts here what was used
/// there. Requests never wait for it: they are decided by the table of this process, into which it writes.
///
/// Between two settlements a gateway knows nothing of the others, so together they let through at most one more
/// budget for each further gateway; what was too much stays as a debt, so that the rate holds in the long run.
/// Without Redis every gateway goes on by itself, and tells what it knows when Redis is back.
actor SharedLimits {
  /// Takes the pages of all event loops.
  typealias Collect = @Sendable (_ now: UInt64) async -> [RateLimitLedger.Page]

  /// Keys in one command to Redis.
  private static let batch = 256
  /// Keys that wait for Redis to come back.
  private static let waitingLimit = 16_384

  private let configuration: SharedLimitConfiguration
  private let table: RateLimitTable
  private let redis: RedisClient
  private let collect: Collect
  private let metrics: SharedLimitMetrics
  private let logger: Logger
  private let now: @Sendable () -> UInt64
  /// What Redis could not be told, by hash.
  private var waiting: [UInt64: RateLimitLedger.Entry] = [:]
  private var isReached: Bool?

  init(
    _ configuration: SharedLimitConfiguration, table: RateLimitTable, redis: RedisClient,
    metrics: SharedLimitMetrics, logger: Logger,
    now: @escaping @Sendable () -> UInt64 = { NIODeadline.now().uptimeNanoseconds },
    collect: @escaping Collect
  ) {
    self.configuration = configuration
    self.table = table
    self.redis = redis
    self.metrics = metrics
    self.logger = logger
    self.now = now
    self.collect = collect
  }

  /// Settles again and again until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(configuration.settleMilliseconds))
      await settle()
    }
  }

  /// Exchanges what there is with Redis, once.
  func settle() async {
    let orders = Array(await nextOrders().values)
    guard !orders.isEmpty else { return }
    await withDiscardingTaskGroup { group in
      for start in stride(from: 0, to: orders.count, by: Self.batch) {
        let batch = Array(orders[start..<min(start + Self.batch, orders.count)])
        group.addTask { await self.settle(batch) }
      }
    }
  }

  /// What waits and what the event loops have written down since, one order for each key.
  private func nextOrders() async -> [UInt64: SettlementOrder] {
    var orders: [UInt64: SettlementOrder] = [:]
    for entry in waiting.values {
      let ahead = table.ahead(entry.budget, hash: entry.hash, now: now())
      if ahead > 0 { orders[entry.hash] = SettlementOrder(entry, isLate: true, ahead: ahead) }
    }
    waiting.removeAll(keepingCapacity: true)
    for page in await collect(now()) {
      metrics.lost.increment(by: page.lost)
      for entry in page.entries {
        orders[entry.hash]?.add(entry)
        if orders[entry.hash] == nil {
          orders[entry.hash] = SettlementOrder(entry, isLate: false, ahead: entry.ahead)
        }
      }
    }
    return orders
  }

  private func settle(_ orders: [SettlementOrder]) async {
    do throws(RedisError) {
      let reply = try await redis.script(
        SettlementOrder.script, keys: orders.map { $0.name(prefix: configuration.prefix) },
        arguments: orders.flatMap(\.arguments))
      guard let used = reply.microseconds, used.count == orders.count else {
        return failed(orders, "the script answered something else")
      }
      for (order, microseconds) in zip(orders, used) { learn(order, microseconds) }
      reached(true, "")
      metrics.settled.increment(by: orders.count)
    } catch {
      failed(orders, "\(error)")
    }
  }

  /// Adds what others have used: the difference between all that was used and what was used here.
  private func learn(_ order: SettlementOrder, _ microseconds: Int) {
    let all = (UInt64(max(0, microseconds)) * 1_000) >> RateLimitBudget.tickShift
    let entry = order.entry
    guard all > entry.ahead else { return }
    table.add(all - entry.ahead, to: entry.budget, hash: entry.hash, now: now())
  }

  private func failed(_ orders: [SettlementOrder], _ reason: String) {
    metrics.failed.increment(by: orders.count)
    for order in orders {
      guard waiting.count < Self.waitingLimit else {
        metrics.lost.increment()
        continue
      }
      waiting[order.entry.hash] = order.entry
    }
    reached(false, reason)
  }

  /// Said once each time that it changes.
  private func reached(_ isReached: Bool, _ reason: String) {
    guard self.isReached != isReached else { return }
    self.isReached = isReached
    metrics.isReached.set(isReached ? 1 : 0)
    if isReached {
      logger.info("rate limits are shared")
    } else {
      logger.warning("rate limits are this gateway's own", metadata: ["reason": "\(reason)"])
    }
  }
}

extension RESPValue {
  fileprivate var microseconds: [Int]? {
    guard case .array(let values) = self else { return nil }
    let numbers = values.compactMap(\.integer)
    return numbers.count == values.count ? numbers : nil
  }
}
