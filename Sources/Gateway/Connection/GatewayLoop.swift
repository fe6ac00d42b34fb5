import HTTPWire
import JWT
import NIOCore
import Telemetry

/// Everything one event loop has: nothing in it is shared with other loops on the way of a request. Used on that
/// loop only.
final class GatewayLoop {
  let eventLoop: any EventLoop
  /// The place of the loop in the process.
  let index: Int
  private(set) var policy: RequestPolicy
  /// Changes with each plan: the places of an older one's routes say nothing in it.
  private(set) var planNumber = 0
  /// Heads are read here; what must outlive the next one is copied out.
  private(set) var requestHead: RequestHead
  private(set) var responseHead = ResponseHead()
  private(set) var clock = LoopClock()
  private(set) var random = TraceRandom()
  private(set) var pools: [UpstreamPool] = []
  /// By upstream; nil for those that are spared nothing.
  private(set) var loads: [UpstreamLoad?] = []
  private var tokenChecks = 0
  private(set) var isDraining = false
  /// While draining: another process listens on, so that nobody needs to hurry.
  private(set) var hasSuccessor = false
  private(set) var headLimits: HeadLimits
  private(set) var metrics: LoopMetrics
  /// Connections before their first request.
  let entrances: Entrances
  let upstreamMetrics: UpstreamMetricsStore
  let http2Metrics: HTTP2Metrics
  /// Made with the first connection that speaks it.
  private(set) lazy var http2 = HTTP2Loop(on: self)
  let flushes: TickFlushes
  private var accessLogger: AccessLogger
  private let utilisation: LoopUtilisation
  /// Nil when no collector is configured.
  private var traces: LoopTraces?
  /// Nil when no route has asked for one.
  private(set) var cache: LoopCache?
  let shared: GatewayShared
  /// Connects to a server in memory, for who plays with the engine without sockets; nil for sockets.
  var dial: ((UpstreamConnection) -> EventLoopFuture<any Channel>)?
  /// Event streams that clients share.
  private(set) lazy var fanOut = LoopFanOut(on: self, FanOutMetrics(shared.registry))
  /// Hears what origin tells; on the first loop only.
  var edgeEvents: EdgeEventClient?
  private let loopCount: Int
  private var wheel: DeadlineWheel
  private var tickedAt: UInt64
  /// Time limits that are over, to be told to their owners.
  private var passed = CircularBuffer<Deadline>()
  /// Nanoseconds from one of them to the next.
  private var passedPause: Int64 = 0
  private var connections: [any ServedConnection] = []
  private var connectionLimit: Int
  private var spareBuffers: [ByteBuffer] = []
  /// Stands for no bytes. An empty `ByteBuffer()` is one for all loops, who would fight over its count.
  let noBytes = ByteBufferAllocator().buffer(capacity: 1)
  private var held: [(exchange: Exchange, generation: Int)] = []
  private var tick: RepeatedTask?
  private var drained: EventLoopPromise<Void>?

  init(_ eventLoop: any EventLoop, index: Int, of count: Int, plan: GatewayPlan, shared: GatewayShared) {
    eventLoop.preconditionInEventLoop()
    self.eventLoop = eventLoop
    flushes = TickFlushes(eventLoop)
    self.index = index
    self.shared = shared
    loopCount = count
    policy = RequestPolicy(plan)
    policy.useRevocation(shared.revoked)
    headLimits = plan.configuration.limits.heads
    requestHead = RequestHead(limits: headLimits)
    metrics = LoopMetrics(shared.registry, plan: plan)
    utilisation = LoopUtilisation(shared.registry, loop: index)
    traces = shared.traces.map { LoopTraces($0) }
    upstreamMetrics = UpstreamMetricsStore(shared.registry)
    http2Metrics = HTTP2Metrics(shared.registry)
    accessLogger = AccessLogger(shared.accessLog, loop: index, plan: plan)
    connectionLimit = Self.connectionLimit(plan, shared, count)
    entrances = Entrances(shared.registry, limit: max(1, plan.configuration.limits.handshakes / count))
    tickedAt = clock.now
    wheel = DeadlineWheel(now: tickedAt)
    pools = plan.configuration.upstreams.map { UpstreamPool($0, on: self) }
    openCache()
    loads = plan.configuration.upstreams.map { UpstreamLoad($0) }
  }

  /// Goes on with another configuration; requests under way end as they began.
  func use(_ plan: GatewayPlan) {
    let old = self.plan.configuration
    countFilters()
    policy.use(plan)
    planNumber += 1
    tokenChecks = policy.tokenChecks
    headLimits = plan.configuration.limits.heads
    requestHead = RequestHead(limits: headLimits)
    http2.useLimits()
    metrics = LoopMetrics(shared.registry, plan: plan, after: metrics)
    accessLogger = AccessLogger(shared.accessLog, loop: index, plan: plan)
    connectionLimit = Self.connectionLimit(plan, shared, loopCount)
    entrances.limit = max(1, plan.configuration.limits.handshakes / loopCount)
    openCache()
    guard plan.configuration.upstreams != old.upstreams else { return }
    let before = pools
    pools = plan.configuration.upstreams.map { upstream in
      before.first { $0.configuration == upstream } ?? UpstreamPool(upstream, on: self)
    }
    for pool in before where !pools.contains(where: { $0 === pool }) {
      pool.retire(for: self.pool(named: pool.configuration.name))
    }
    loads = plan.configuration.upstreams.map { UpstreamLoad($0) }
  }

  private static func connectionLimit(_ plan: GatewayPlan, _ shared: GatewayShared, _ loops: Int) -> Int {
    let all = ConnectionBudget.connections(
      plan.configuration, descriptors: shared.descriptors, loops: loops)
    return max(1, all / loops)
  }

  private func openCache() {
    guard cache == nil, plan.rules.contains(where: { $0.configuration.cache != nil }) else { return }
    cache = LoopCache(shared.cache, shared.registry) { [unowned self] in clock.dateLine }
  }

  var plan: GatewayPlan { policy.plan }

  /// Where a route of an older plan is in the present one, if it is there.
  func place(of rule: RouteRule) -> Int? {
    plan.configuration.routes.firstIndex { $0.path == rule.configuration.path }
  }

  func pool(named name: String) -> UpstreamPool? { pools.first { $0.configuration.name == name } }

  /// What has been purged, for whoever stores answers.
  var purges: PurgeBoard { shared.purges }
  var timeouts: TimeoutConfiguration { policy.plan.configuration.timeouts }

  /// Starts the loop's clock tick.
  func start() {
    let every = TimeAmount.nanoseconds(Int64(DeadlineWheel.tickNanoseconds))
    let bound = NIOLoopBound(self, eventLoop: eventLoop)
    tick = eventLoop.scheduleRepeatedTask(initialDelay: every, delay: every) { _ in bound.value.ticked() }
  }

  private func ticked() {
    clock.synchronise()
    countFilters()
    tickedAt = clock.now
    if index == 0 { plan.limiter.table.sweep(now: tickedAt) }
    let isBusy = !passed.isEmpty
    passed.append(contentsOf: wheel.advance(to: tickedAt))
    if !passed.isEmpty {
      passedPause = max(50_000, Int64(DeadlineWheel.tickNanoseconds) * 3 / 4 / Int64(passed.count))
      if !isBusy { callPassed() }
    }
    utilisation.note()
    traces?.handOver()
  }

  /// One at a time, spread over the tick: thousands that began together end together, and come back together; who is
  /// served meanwhile must not wait for all.
  private func callPassed() {
    passed.popFirst()?.call()
    guard !passed.isEmpty else { return }
    // Not `execute`, which comes before the sockets.
    eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(passedPause)) { self.callPassed() }
  }

  // MARK: Heads

  func parseRequest(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool { try requestHead.parse(bytes) }

  func parseResponse(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool { try responseHead.parse(bytes) }

  /// What is to happen with the request whose head was parsed last.
  func decide(in bytes: Span<UInt8>, peer: ClientAddress, now: UInt64) -> RequestVerdict {
    policy.decide(requestHead, in: bytes, peer: peer, nanoseconds: now, seconds: clock.seconds(at: now))
  }

  /// The same for one that was held, once it is known which keys there are.
  ///
  /// - Parameter since: when it came.
  func decide(again verdict: RequestVerdict, in bytes: Span<UInt8>, since: UInt64) -> RequestVerdict {
    let now = clock.now
    return policy.decide(
      again: verdict, requestHead, in: bytes, since: since, nanoseconds: now, seconds: clock.seconds(at: now))
  }

  func useKeys(_ keys: VerificationKeySet) { policy.useKeys(keys) }

  /// A fetch of the key set has begun, or is over: then those that have waited for it go on.
  func useKnowledge(_ knowledge: KeyKnowledge) {
    policy.useKnowledge(knowledge)
    guard !knowledge.isFetching else { return }
    let waiting = held
    held.removeAll()
    for (exchange, generation) in waiting { exchange.keysSettled(generation: generation) }
  }

  /// Remembers a request that waits for the key set; false when too many do.
  func holds(_ exchange: Exchange) -> Bool {
    guard held.count < Self.heldLimit else { return false }
    held.append((exchange, exchange.generation))
    return true
  }

  private static let heldLimit = 256

  /// See `RequestPolicy.settle`.
  func settle(
    _ deposits: RateLimitDeposits, _ rule: RouteRule, status: Int?, _ readings: inout RateLimitReadings
  ) {
    policy.settle(deposits, rule, status: status, nanoseconds: clock.now, &readings)
  }

  /// What other gateways are to be told of the rate limits.
  func takeLedger(now: UInt64) -> RateLimitLedger.Page { policy.takeLedger(now: now) }

  /// Brings what the filters have counted to the metrics.
  private func countFilters() {
    metrics.filters.add(policy.takeTallies())
    metrics.filters.add(checks: policy.tokenChecks - tokenChecks, remembered: policy.rememberedTokens)
    tokenChecks = policy.tokenChecks
    for (index, load) in loads.enumerated() { if let load { metrics.filters.add(load, upstream: index) } }
  }

  /// Called when a token could not be checked for want of a key, and whether its request waits for one.
  var keyIsMissing: ((Bool) -> Void)?

  // MARK: Ids

  /// The start of a trace, for a request that brought none. The collector's share of these is decided here.
  func newTrace() -> TraceContext {
    let isSampled = traces?.isDue(&random) ?? false
    return TraceContext(isSampled: isSampled, using: &random)
  }

  /// Whether what is answered here leaves a span of its own even if the request brought no trace.
  var keepsTraces: Bool { traces != nil }

  func child(of trace: TraceContext) -> TraceContext { trace.child(using: &random) }

  func writeRequestID(into buffer: inout ByteBuffer) { RequestID.write(into: &buffer, using: &random) }

  func randomPlace(below bound: Int) -> Int { Int(truncatingIfNeeded: random.next() >> 33) % bound }

  // MARK: Time limits

  /// Counted from the end of this tick, which needs no look at the clock.
  func set(_ deadline: Deadline, inMilliseconds delay: Int) {
    wheel.set(deadline, to: tickedAt + DeadlineWheel.tickNanoseconds + UInt64(delay) * 1_000_000)
  }

  func set(_ deadline: Deadline, at now: UInt64, inMilliseconds delay: Int) {
    wheel.set(deadline, to: now + UInt64(delay) * 1_000_000)
  }

  func retire(_ deadline: Deadline) { wheel.retire(deadline) }

  // MARK: Buffers

  /// An empty buffer, one that has been used before if there is one.
  func takeBuffer() -> ByteBuffer {
    guard var buffer = spareBuffers.popLast() else { return ByteBufferAllocator().buffer(capacity: 4_096) }
    buffer.clear()
    return buffer
  }

  /// Takes a buffer back that nobody reads any more. Should somebody do so after all, it is copied, not changed.
  func giveBack(_ buffer: consuming ByteBuffer) {
    // An empty one has nothing to be used again: all empty ones share one storage.
    guard spareBuffers.count < 64, (1_024...16_384).contains(buffer.capacity) else { return }
    spareBuffers.append(buffer)
  }

  // MARK: Records

  func record(
    _ record: RequestRecord, method: Span<UInt8>, path: Span<UInt8>, requestID: Span<UInt8>,
    trace: TraceContext?, now: UInt64
  ) {
    metrics.count(record)
    if let trace, trace.isSampled, traces != nil {
      traces?.add(
        RequestSpan(
          trace, record, method: method, path: path, requestID: requestID,
          route: record.route.map { plan.configuration.routes[$0].path.description },
          endedAt: clock.nanoseconds(at: now)))
    }
    accessLogger.log(
      record, method: method, path: path, requestID: requestID, trace: trace,
      milliseconds: clock.milliseconds(at: now))
  }

  // MARK: Connections

  /// Whether one more connection may be served.
  var hasRoom: Bool {
    connections.count + entrances.count < connectionLimit && !isDraining && !shared.memory.isHigh
  }

  /// Whether the client at the other end of a new connection may have it; it is counted until it closes.
  func admits(_ channel: any Channel, of client: ClientAddress) -> Bool {
    let limit = plan.configuration.limits.connectionsPerClient
    guard limit > 0 else { return true }
    if plan.trusted.trusts(client) { return true }
    let counts = shared.connectionCounts
    guard counts.take(client, limit: limit) else { return false }
    channel.closeFuture.whenComplete { _ in counts.giveBack(client) }
    return true
  }

  func opened(_ connection: any ServedConnection) {
    connection.place = connections.count
    connections.append(connection)
    metrics.connections.add(1)
    metrics.accepted.increment()
  }

  /// A connection goes on as another one.
  func replace(_ old: any ServedConnection, by new: any ServedConnection) {
    new.place = old.place
    connections[old.place] = new
  }

  var connectionCount: Int { connections.count }

  func closed(_ connection: any ServedConnection) {
    let last = connections.removeLast()
    if last !== connection {
      connections[connection.place] = last
      last.place = connection.place
    }
    metrics.connections.add(-1)
    checkDrained()
  }

  /// A drain is over when nobody is served, and nobody is on the way to be.
  func checkDrained() {
    if connections.isEmpty, entrances.count == 0 { drained?.succeed() }
  }

  /// How long a connection may wait for its next request. That request may be on its way already when a drain begins,
  /// and would be lost.
  var idleMilliseconds: Int {
    isDraining
      ? min(hasSuccessor ? 1_000 : 200, timeouts.keepAliveMilliseconds) : timeouts.keepAliveMilliseconds
  }

  /// How long a client may take nothing of an answer. Up to half as long again by its place: those who stall together
  /// would otherwise be thrown out, and come again, in one moment.
  func writeIdleMilliseconds(of connection: some ServedConnection) -> Int {
    let time = timeouts.writeIdleMilliseconds
    return time + connection.place &* 7_919 % max(1, time / 2)
  }

  /// Lets every connection end with the answer it is at. The future succeeds when all are gone, by themselves or
  /// after `milliseconds`.
  ///
  /// - Parameter hasSuccessor: another process listens on.
  func drain(milliseconds: Int, hasSuccessor: Bool) -> EventLoopFuture<Void> {
    isDraining = true
    self.hasSuccessor = hasSuccessor
    let promise = eventLoop.makePromise(of: Void.self)
    drained = promise
    entrances.drain()
    for connection in connections { connection.drain() }
    checkDrained()
    eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(milliseconds))) { [self] in
      entrances.abort()
      for connection in connections { connection.abort() }
    }
    return promise.futureResult.always { [loop = NIOLoopBound(self, eventLoop: eventLoop)] _ in
      loop.value.stop()
    }
  }

  private func stop() {
    tick?.cancel()
    traces?.handOver()
    for pool in pools { pool.close() }
  }
}

extension LimitConfiguration {
  fileprivate var heads: HeadLimits {
    HeadLimits(
      startLine: requestLineBytes, fieldLine: min(16_384, headBytes), head: headBytes, fields: headerCount)
  }
}
