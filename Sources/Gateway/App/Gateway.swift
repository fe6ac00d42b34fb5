import Glibc
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
  private let channels: [any Channel]
  private let shared: GatewayShared
  private let rateLimits: RateLimitTable
  private let limitsAreOn: Bool
  private let logger: Logger
  private let configuration: Mutex<GatewayConfiguration>

  /// The ports of the configuration's listeners, in its order.
  package let ports: [Int]
  package let adminPort: Int?

  /// Loads sites, opens listeners and begins to answer.
  ///
  /// - Parameters:
  ///   - limitsAreOn: false lifts every rate limit.
  ///   - loopCount: event loops; one per processor that this process may use.
  package static func start(
    _ configuration: GatewayConfiguration, limitsAreOn: Bool = true, loopCount: Int = System.coreCount,
    logger: Logger
  ) async throws -> Gateway {
    raiseDescriptorLimit()
    let rateLimits = RateLimitTable(keys: configuration.rateLimitKeys)
    let plan = try GatewayPlan(configuration, rateLimits: rateLimits, limitsAreOn: limitsAreOn)
    var needs = ["listeners": "not open yet"]
    if configuration.token != nil { needs["keys"] = "no key set has been fetched yet" }
    let shared = GatewayShared(
      registry: MetricsRegistry(), accessLog: AccessLog(descriptor: STDOUT_FILENO, loops: loopCount),
      readiness: Readiness(needs), purges: PurgeBoard())
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loopCount)
    do {
      return try await Gateway(
        plan, group, loopCount, shared: shared, rateLimits: rateLimits, limitsAreOn: limitsAreOn,
        logger: logger)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  private init(
    _ plan: GatewayPlan, _ group: MultiThreadedEventLoopGroup, _ loopCount: Int, shared: GatewayShared,
    rateLimits: RateLimitTable, limitsAreOn: Bool, logger: Logger
  ) async throws {
    self.group = group
    self.shared = shared
    self.rateLimits = rateLimits
    self.limitsAreOn = limitsAreOn
    self.logger = logger
    configuration = Mutex(plan.configuration)
    loops = try await Self.makeLoops(plan, group, loopCount, shared)
    Self.fetchKeys(plan.configuration, for: loops, shared, logger)
    var channels: [any Channel] = []
    var ports: [Int] = []
    for listener in plan.configuration.listeners {
      let opened = try await Self.open(listener, on: loops)
      channels += opened
      ports.append(opened.first?.localAddress?.port ?? listener.port)
    }
    var adminPort: Int?
    if let admin = plan.configuration.admin {
      let answer = AdminAnswer(registry: shared.registry, readiness: shared.readiness)
      let channel = try await GatewayListener.bind(admin, on: loops[0], isShared: false, admin: answer).get()
      channels.append(channel)
      adminPort = channel.localAddress?.port
    }
    self.channels = channels
    self.ports = ports
    self.adminPort = adminPort
    shared.readiness.ready("listeners")
    logger.info(
      "gateway listens",
      metadata: [
        "ports": "\(ports)", "admin_port": "\(adminPort.map(String.init) ?? "none")", "loops": "\(loopCount)",
      ])
    if !limitsAreOn { logger.warning("every rate limit is lifted") }
  }

  /// Goes on with another configuration without dropping a connection. Listeners stay as they are. When it returns,
  /// no request is decided by the old one any more.
  package func reload(_ new: GatewayConfiguration) async throws {
    let plan = try GatewayPlan(new, rateLimits: rateLimits, limitsAreOn: limitsAreOn)
    let listenersDiffer = configuration.withLock { old in
      defer { old = new }
      return old.listeners != new.listeners || old.admin != new.admin
    }
    for loop in loops { try await loop.eventLoop.submit { loop.value.use(plan) }.get() }
    if listenersDiffer { logger.warning("other listeners need a restart") }
    logger.info("configuration loaded again")
  }

  /// Stops listening, lets answers end within the configuration's bound, and ends.
  package func shutdown() async throws {
    shared.readiness.notReady("listeners", "shutting down")
    for channel in channels { try? await channel.close() }
    let bound = configuration.withLock { $0.timeouts.drainMilliseconds }
    logger.info("draining", metadata: ["bound_ms": "\(bound)"])
    for loop in loops {
      try await loop.eventLoop.flatSubmit { loop.value.drain(milliseconds: bound) }.get()
    }
    try await group.shutdownGracefully()
    shared.accessLog.stop()
    logger.info("gateway has ended")
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

  /// The first loop decides about the port, when the kernel may choose it; the others share it.
  private static func open(
    _ listener: ListenerConfiguration, on loops: [NIOLoopBound<GatewayLoop>]
  ) async throws -> [any Channel] {
    var listener = listener
    var channels: [any Channel] = []
    for loop in loops {
      let channel = try await GatewayListener.bind(listener, on: loop, isShared: true).get()
      listener.port = channel.localAddress?.port ?? listener.port
      channels.append(channel)
    }
    return channels
  }

  private static func fetchKeys(
    _ configuration: GatewayConfiguration, for loops: [NIOLoopBound<GatewayLoop>], _ shared: GatewayShared,
    _ logger: Logger
  ) {
    guard let token = configuration.token else { return }
    let publish: @Sendable (VerificationKeySet) -> Void = { keys in
      let verification = JWTVerification(token, keys: keys)
      for loop in loops { loop.execute { $0.useKeys(verification) } }
      shared.readiness.ready("keys")
    }
    loops[0].execute { first in
      let fetcher = KeySetFetcher(on: first, token, logger: logger, publish: publish)
      let bound = NIOLoopBound(fetcher, eventLoop: first.eventLoop)
      for loop in loops {
        loop.execute { loop in
          loop.keyIsMissing = { bound.eventLoop.execute { bound.value.fetchSoon() } }
        }
      }
      fetcher.fetch()
    }
  }

  /// As many descriptors as the system allows: each request may take two.
  private static func raiseDescriptorLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

extension NIOLoopBound where Value == GatewayLoop {
  fileprivate func execute(_ task: @escaping @Sendable (GatewayLoop) -> Void) {
    eventLoop.execute { task(value) }
  }
}
