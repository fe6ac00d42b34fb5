import HTTPWire
import NIOCore
import Telemetry

/// Everything one event loop has: nothing in it is shared with other loops on the way of a request. Used on that
/// loop only.
final class GatewayLoop {
  let eventLoop: any EventLoop
  /// The place of the loop in the process.
  let index: Int
  private(set) var policy: RequestPolicy
  /// Heads are read here; what must outlive the next one is copied out.
  private(set) var requestHead: RequestHead
  private(set) var responseHead = ResponseHead()
  private(set) var clock = LoopClock()
  private(set) var random = TraceRandom()
  private(set) var pools: [UpstreamPool] = []
  private(set) var isDraining = false
  private var drainIdleMilliseconds = 0
  private(set) var headLimits: HeadLimits
  private(set) var metrics: LoopMetrics
  /// Connections before their first request.
  let entrances: Entrances
  private var accessLogger: AccessLogger
  private let shared: GatewayShared
  private let loopCount: Int
  private var wheel: DeadlineWheel
  private var connections: [ClientConnection] = []
  private var connectionLimit: Int
  private var spareBuffers: [ByteBuffer] = []
  private var tick: RepeatedTask?
  private var drained: EventLoopPromise<Void>?

  init(_ eventLoop: any EventLoop, index: Int, of count: Int, plan: GatewayPlan, shared: GatewayShared) {
    eventLoop.preconditionInEventLoop()
    self.eventLoop = eventLoop
    self.index = index
    self.shared = shared
    loopCount = count
    policy = RequestPolicy(plan)
    headLimits = plan.configuration.limits.heads
    requestHead = RequestHead(limits: headLimits)
    metrics = LoopMetrics(shared.registry, plan: plan)
    accessLogger = AccessLogger(shared.accessLog, loop: index, plan: plan)
    connectionLimit = Self.connectionLimit(plan, shared, count)
    entrances = Entrances(shared.registry, limit: max(1, plan.configuration.limits.handshakes / count))
    wheel = DeadlineWheel(now: clock.now)
    pools = plan.configuration.upstreams.map { UpstreamPool($0, on: self) }
  }

  /// Goes on with another configuration; requests under way end as they began.
  func use(_ plan: GatewayPlan) {
    let old = self.plan.configuration
    policy.use(plan)
    headLimits = plan.configuration.limits.heads
    requestHead = RequestHead(limits: headLimits)
    metrics = LoopMetrics(shared.registry, plan: plan)
    accessLogger = AccessLogger(shared.accessLog, loop: index, plan: plan)
    connectionLimit = Self.connectionLimit(plan, shared, loopCount)
    entrances.limit = max(1, plan.configuration.limits.handshakes / loopCount)
    guard plan.configuration.upstreams != old.upstreams else { return }
    for pool in pools { pool.close() }
    pools = plan.configuration.upstreams.map { UpstreamPool($0, on: self) }
  }

  private static func connectionLimit(_ plan: GatewayPlan, _ shared: GatewayShared, _ loops: Int) -> Int {
    let all = ConnectionBudget.connections(
      plan.configuration, descriptors: shared.descriptors, loops: loops)
    return max(1, all / loops)
  }

  var plan: GatewayPlan { policy.plan }
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
    for deadline in wheel.advance(to: clock.now) { deadline.call() }
  }

  // MARK: Heads

  func parseRequest(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool { try requestHead.parse(bytes) }

  func parseResponse(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool { try responseHead.parse(bytes) }

  /// What is to happen with the request whose head was parsed last.
  func decide(in bytes: Span<UInt8>, peer: ClientAddress, now: UInt64) -> RequestVerdict {
    policy.decide(requestHead, in: bytes, peer: peer, nanoseconds: now, seconds: clock.seconds(at: now))
  }

  func useKeys(_ verification: any TokenVerification) { policy.useKeys(verification) }

  /// Called when a token could not be checked for want of a key.
  var keyIsMissing: (() -> Void)?

  // MARK: Ids

  func newTrace() -> TraceContext { TraceContext(using: &random) }

  func child(of trace: TraceContext) -> TraceContext { trace.child(using: &random) }

  func writeRequestID(into buffer: inout ByteBuffer) { RequestID.write(into: &buffer, using: &random) }

  func randomPlace(below bound: Int) -> Int { Int(truncatingIfNeeded: random.next() >> 33) % bound }

  // MARK: Time limits

  func set(_ deadline: Deadline, inMilliseconds delay: Int) {
    wheel.set(deadline, to: clock.now + UInt64(delay) * 1_000_000)
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
    guard spareBuffers.count < 64, buffer.capacity <= 16_384 else { return }
    spareBuffers.append(buffer)
  }

  // MARK: Records

  func record(
    _ record: RequestRecord, method: Span<UInt8>, path: Span<UInt8>, requestID: Span<UInt8>,
    trace: TraceContext?, now: UInt64
  ) {
    metrics.count(record)
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

  func opened(_ connection: ClientConnection) {
    connection.place = connections.count
    connections.append(connection)
    metrics.connections.add(1)
    metrics.accepted.increment()
  }

  func closed(_ connection: ClientConnection) {
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

  /// How long a connection may wait for its next request.
  var idleMilliseconds: Int {
    isDraining ? min(drainIdleMilliseconds, timeouts.keepAliveMilliseconds) : timeouts.keepAliveMilliseconds
  }

  /// Lets every connection end with the answer it is at. The future succeeds when all are gone, by themselves or
  /// after `milliseconds`.
  ///
  /// - Parameter idleMilliseconds: how long one that waits for its next request may go on waiting: that request may
  ///   be on its way already, and would be lost.
  func drain(milliseconds: Int, idleMilliseconds: Int) -> EventLoopFuture<Void> {
    isDraining = true
    drainIdleMilliseconds = idleMilliseconds
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
    for pool in pools { pool.close() }
  }
}

extension LimitConfiguration {
  fileprivate var heads: HeadLimits {
    HeadLimits(
      startLine: requestLineBytes, fieldLine: min(16_384, headBytes), head: headBytes, fields: headerCount)
  }
}
