import JWT
package import Logging
import NIOCore
import NIOPosix
import Synchronization
import Telemetry

/// The running gateway: event loops, their listeners and what they share.
package final class Gateway: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let loops: [NIOLoopBound<GatewayLoop>]
  private let listeners: ListenerSet
  private let certificates: CertificateStore
  let shared: GatewayShared
  private let rateLimits: RateLimitTable
  private let limitsAreOn: Bool
  private let logger: Logger
  private let configuration: Mutex<GatewayConfiguration>
  private let takeoverServer: TakeoverServer?
  private let connectionLimit: Gauge
  private let loads: (done: Counter, failed: Counter)
  private let upstreams: NIOLoopBound<UpstreamWatch>
  /// Nil when each gateway counts for itself.
  private let sharedLimits: Mutex<SharedLimitsRun?>

  /// The ports of the configuration's listeners, in its order, as they were at the start.
  package let ports: [Int]
  package let adminPort: Int?

  /// Where stored answers are thrown out, on all event loops at once. Any thread.
  package var purges: PurgeBoard { shared.purges }

  /// One event loop for each processor that this process may use.
  package static var loopCount: Int { System.coreCount }

  /// Loads sites and certificates, opens listeners and begins to answer. Where another process serves already and
  /// `takeover_socket` leads to it, its listeners are taken over when everything here is ready.
  ///
  /// - Parameters:
  ///   - limitsAreOn: false lifts every rate limit.
  ///   - loopCount: event loops.
  ///   - onTakeover: a new process has taken over from this one, which should shut down.
  package static func start(
    _ configuration: GatewayConfiguration, limitsAreOn: Bool = true, loopCount: Int = Gateway.loopCount,
    resolver: UpstreamResolver = .system, logger: Logger, onTakeover: @escaping @Sendable () -> Void = {}
  ) async throws -> Gateway {
    let descriptors = ConnectionBudget.raiseDescriptorLimit()
    let rateLimits = RateLimitTable(keys: configuration.rateLimitKeys)
    let plan = try GatewayPlan(configuration, rateLimits: rateLimits, limitsAreOn: limitsAreOn)
    SpareMemory.giveBack()
    var needs = ["listeners": "not open yet"]
    if let token = configuration.token, token.keySet == nil {
      needs["keys"] = "no key set has been fetched yet"
    }
    if configuration.edgeEvents != nil { needs[EdgeEventClient.need] = "origin has not been heard yet" }
    let registry = MetricsRegistry()
    let accessLog = AccessLog(descriptor: 1, loops: loopCount)
    ProcessMetrics.declare(in: registry, accessLog)
    let revoked = RevokedTokens(capacity: configuration.edgeEvents?.revoked ?? 1_024)
    let purges = PurgeBoard(hearsPurges: configuration.edgeEvents == nil)
    let cache = ResponseCache(configuration.cache, purges: purges)
    let shared = GatewayShared(
      registry: registry, accessLog: accessLog, readiness: Readiness(needs), descriptors: descriptors,
      memory: MemoryPressure(limit: configuration.limits.memoryBytes, registry), purges: purges,
      traces: configuration.tracing.map { TraceExporter($0, registry: registry) }, cache: cache,
      revoked: revoked, edgeEvents: EdgeEventMetrics(registry, revoked: revoked))
    cache.register(in: registry)
    let takeover = Self.takeover(configuration, logger)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loopCount)
    do {
      return try await Gateway(
        plan, group, loopCount, shared: shared, rateLimits: rateLimits, limitsAreOn: limitsAreOn,
        takeover: takeover, resolver: resolver, logger: logger, onTakeover: onTakeover)
    } catch {
      takeover?.abandon()
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private init(
    _ plan: GatewayPlan, _ group: MultiThreadedEventLoopGroup, _ loopCount: Int, shared: GatewayShared,
    rateLimits: RateLimitTable, limitsAreOn: Bool, takeover: Takeover?, resolver: UpstreamResolver,
    logger: Logger,
    onTakeover: @escaping @Sendable () -> Void
  ) async throws {
    let configuration = plan.configuration
    self.group = group
    self.shared = shared
    self.rateLimits = rateLimits
    self.limitsAreOn = limitsAreOn
    self.logger = logger
    self.configuration = Mutex(configuration)
    shared.registry.declareProcessMetrics()
    connectionLimit = shared.registry.gauge(
      MetricNames.connectionLimit, help: "Client connections that limits and file descriptors allow.")
    let help = "Times that the configuration was loaded again."
    loads = (
      shared.registry.counter(MetricNames.configurationLoads, help: help, labels: ["result": "loaded"]),
      shared.registry.counter(MetricNames.configurationLoads, help: help, labels: ["result": "failed"])
    )
    loops = try await Self.makeLoops(plan, group, loopCount, shared)
    upstreams = try await Self.watch(configuration.upstreams, for: loops, resolver, shared, logger)
    for loop in loops {
      try await loop.eventLoop.submit { [loops, logger] in loop.value.fanOut.meet(loops, logger: logger) }
        .get()
    }
    Self.fetchKeys(configuration, for: loops, shared, logger)
    loops[0].execute { $0.hearEdgeEvents(logger: logger) }
    certificates = CertificateStore(shared.registry, logger)
    let admin = AdminAnswer(
      registry: shared.registry, readiness: shared.readiness, traffic: TrafficHistory(shared.registry))
    let listeners = ListenerSet(loops, certificates, admin: admin, adopted: takeover?.sockets ?? [])
    self.listeners = listeners
    let change = try await listeners.prepare(configuration)
    if let takeover {
      do {
        try await Self.waitUntilReady(shared.readiness)
      } catch {
        await listeners.abandon(change)
        throw error
      }
      await Self.complete(takeover, logger)
    }
    try await listeners.commit(change)
    ports = await listeners.ports
    adminPort = await listeners.adminPort
    sharedLimits = Mutex(
      limitsAreOn
        ? configuration.sharedLimits.map { [loops] in
          SharedLimitsRun(
            $0, table: rateLimits, loops: loops, registry: shared.registry, logger: logger)
        } : nil)
    shared.registry.sampled(
      MetricNames.evictions, kind: .counter,
      help: "Budgets that were forgotten before they were whole, for want of room."
    ) { Double(rateLimits.evictionCount) }
    shared.readiness.ready("listeners")
    takeoverServer = Self.awaitSuccessor(configuration, listeners, logger, onTakeover)
    certificates.check(everySeconds: configuration.certificateCheckSeconds)
    shared.memory.start()
    showConnectionLimit(configuration)
    logger.info(
      "gateway listens",
      metadata: [
        "ports": "\(ports)", "admin_port": "\(adminPort.map(String.init) ?? "none")", "loops": "\(loopCount)",
      ])
    if !limitsAreOn { logger.warning("every rate limit is lifted") }
  }

  /// Goes on with another configuration without dropping a connection, or throws and goes on with the old one. When
  /// it returns, no request is decided by the old one any more.
  package func reload(_ new: GatewayConfiguration) async throws {
    do {
      let plan = try GatewayPlan(new, rateLimits: rateLimits, limitsAreOn: limitsAreOn)
      SpareMemory.giveBack()
      let change = try await listeners.prepare(new)
      let old = configuration.withLock { old in
        defer { old = new }
        return old
      }
      for loop in loops { try await loop.eventLoop.submit { loop.value.use(plan) }.get() }
      try await upstreams.eventLoop.submit { [upstreams] in upstreams.value.watch(new.upstreams) }.get()
      // What is stored has the old routes' fields.
      purges.purgeAll()
      loops[0].execute { [logger] in $0.hearEdgeEvents(logger: logger) }
      try await listeners.commit(change)
      if old.token != new.token { Self.fetchKeys(new, for: loops, shared, logger) }
      if old.sharedLimits != new.sharedLimits { await shareLimits(new) }
      certificates.check(everySeconds: new.certificateCheckSeconds)
      shared.memory.use(limit: new.limits.memoryBytes)
      showConnectionLimit(new)
      if old.takeoverSocket != new.takeoverSocket {
        logger.warning("another takeover_socket needs a restart")
      }
      loads.done.increment()
      let ports = await listeners.ports
      logger.info("configuration loaded again", metadata: ["ports": "\(ports)"])
    } catch {
      loads.failed.increment()
      throw error
    }
  }

  /// The ports of the listeners by now.
  package var currentPorts: [Int] { get async { await listeners.ports } }

  private func shareLimits(_ new: GatewayConfiguration) async {
    let run =
      limitsAreOn
      ? new.sharedLimits.map {
        SharedLimitsRun(
          $0, table: rateLimits, loops: loops, registry: shared.registry, logger: logger)
      } : nil
    let old = sharedLimits.withLock { current in
      defer { current = run }
      return current
    }
    await old?.stop()
  }

  /// Stops listening, lets answers end within the configuration's bound, and ends.
  ///
  /// - Parameter hasSuccessor: another process listens on, so that nobody needs to hurry.
  package func shutdown(hasSuccessor: Bool = false) async throws {
    shared.readiness.notReady("listeners", "shutting down")
    takeoverServer?.stop()
    certificates.stop()
    shared.memory.stop()
    await listeners.close()
    let bound = configuration.withLock { $0.timeouts.drainMilliseconds }
    logger.info("draining", metadata: ["bound_ms": "\(bound)"])
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for loop in loops {
        tasks.addTask {
          try await loop.eventLoop.flatSubmit {
            loop.value.drain(milliseconds: bound, hasSuccessor: hasSuccessor)
          }.get()
        }
      }
      try await tasks.waitForAll()
    }
    try await upstreams.eventLoop.submit { [upstreams] in upstreams.value.stop() }.get()
    await sharedLimits.withLock { $0 }?.stop()
    try await group.shutdownGracefully()
    shared.accessLog.stop()
    shared.traces?.stop()
    logger.info("gateway has ended")
  }

  private func showConnectionLimit(_ configuration: GatewayConfiguration) {
    let allowed = ConnectionBudget.connections(
      configuration, descriptors: shared.descriptors, loops: loops.count)
    connectionLimit.set(allowed)
    if allowed < configuration.limits.connections {
      logger.info(
        "file descriptors allow fewer connections than limits.connections",
        metadata: ["connections": "\(allowed)", "descriptors": "\(shared.descriptors)"])
    }
  }

  private static func makeLoops(
    _ plan: GatewayPlan, _ group: MultiThreadedEventLoopGroup, _ count: Int, _ shared: GatewayShared
  ) async throws -> [NIOLoopBound<GatewayLoop>] {
    var loops: [NIOLoopBound<GatewayLoop>] = []
    for (index, eventLoop) in group.makeIterator().enumerated() {
      loops.append(
        try await eventLoop.submit {
          let loop = GatewayLoop(eventLoop, index: index, of: count, plan: plan, shared: shared)
          loop.start()
          return NIOLoopBound(loop, eventLoop: eventLoop)
        }.get())
    }
    return loops
  }

  private static func watch(
    _ configurations: [UpstreamConfiguration], for loops: [NIOLoopBound<GatewayLoop>],
    _ resolver: UpstreamResolver, _ shared: GatewayShared, _ logger: Logger
  ) async throws -> NIOLoopBound<UpstreamWatch> {
    try await loops[0].eventLoop.submit {
      let watch = UpstreamWatch(loops: loops, resolver: resolver, registry: shared.registry, logger: logger)
      watch.watch(configurations)
      return NIOLoopBound(watch, eventLoop: loops[0].eventLoop)
    }.get()
  }

  private static func fetchKeys(
    _ configuration: GatewayConfiguration, for loops: [NIOLoopBound<GatewayLoop>], _ shared: GatewayShared,
    _ logger: Logger
  ) {
    guard let token = configuration.token, token.keySet == nil else { return }
    let publish: @Sendable (VerificationKeySet) -> Void = { keys in
      for loop in loops { loop.execute { $0.useKeys(keys) } }
      shared.readiness.ready("keys")
    }
    loops[0].execute { first in
      let fetcher = KeySetFetcher(on: first, token, logger: logger, publish: publish) { knowledge in
        for loop in loops { loop.execute { $0.useKnowledge(knowledge) } }
      }
      let bound = NIOLoopBound(fetcher, eventLoop: first.eventLoop)
      for loop in loops {
        loop.execute { loop in
          loop.keyIsMissing = { isAwaited in
            bound.eventLoop.execute { bound.value.fetchSoon(isAwaited: isAwaited) }
          }
        }
      }
      fetcher.fetch()
    }
  }
}

extension NIOLoopBound where Value == GatewayLoop {
  fileprivate func execute(_ task: @escaping @Sendable (GatewayLoop) -> Void) {
    eventLoop.execute { task(value) }
  }
}
