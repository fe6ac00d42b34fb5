import NIOCore
import Telemetry

/// One server of an upstream as one event loop sees it: its unused connections, how many requests are with it, and
/// whether it gets any. On its loop only.
///
/// Each loop judges for itself by the requests that it sends, so that judging costs no lock: with n loops a server that
/// fails is found out n times. What asks of its own accord (``UpstreamWatch``) does so once for all loops.
final class UpstreamServer: DeadlineOwner {
  enum Failure: Sendable { case connect, timeout, closed, malformed }

  let endpoint: UpstreamEndpoint
  let metrics: UpstreamServerMetrics
  /// Kept, because connections outlive the pool's place in the configuration; ``retire`` ends the circle.
  let pool: UpstreamPool
  private let loop: GatewayLoop
  private var circuit: ServerCircuit
  /// Unused connections, the one used last at the end: it is the warmest, and the others can time out.
  private var idle: [UpstreamConnection] = []
  /// Connections in use, unused or being made.
  private(set) var open = 0
  /// Those whose clients take nothing: they are no work for the server, and keep nobody from it.
  private(set) var stalled = 0
  /// What it was found to be when it was asked.
  private(set) var isHealthy = true
  /// False once the upstream's names lead elsewhere; what it is doing it may finish.
  private(set) var isMember = true
  /// Until then it gets less than its share; 0 when it gets all of it.
  private var warmUntil: UInt64 = 0
  private var isRetired = false
  private let deadline = Deadline()

  init(_ endpoint: UpstreamEndpoint, of pool: UpstreamPool, on loop: GatewayLoop) {
    self.endpoint = endpoint
    self.pool = pool
    self.loop = loop
    circuit = ServerCircuit(pool.configuration.circuit)
    metrics = loop.upstreamMetrics.server(endpoint.label, of: pool.configuration.name)
    deadline.owner = self
    metrics.available.add(1)
  }

  /// Requests that are with it, on this loop. What one loop sends is a fair sample of what all do, so its own count
  /// compares servers as well as a shared one would, and nobody waits for a cache line.
  var busy: Int { open - idle.count }
  var hasRoom: Bool { !idle.isEmpty || open - stalled < pool.configuration.connectionsPerLoop }
  var isClosed: Bool { circuit.state == .closed }
  var awaitsTrial: Bool { circuit.state == .halfOpen }

  // MARK: Connections

  /// The unused connection that was used last.
  ///
  /// - Parameter mustBeSure: the request cannot be sent again, so the kernel is asked whether the connection is still
  ///   what it was. For others a wrong guess costs a second attempt, which is cheaper than asking each time.
  func takeIdle(mustBeSure: Bool) -> UpstreamConnection? {
    while let connection = idle.popLast() {
      guard connection.isOpen else { continue }
      if mustBeSure, !connection.isQuiet {
        connection.close()
        continue
      }
      return connection
    }
    return nil
  }

  func putIdle(_ connection: UpstreamConnection) {
    connection.place = idle.count
    idle.append(connection)
  }

  func connecting() { open += 1 }

  func connected() {
    loop.metrics.upstreamConnections.add(1)
    metrics.connections.add(1)
  }

  func connectingFailed() { open -= 1 }

  func closed(_ connection: UpstreamConnection) {
    loop.metrics.upstreamConnections.add(-1)
    metrics.connections.add(-1)
    open -= 1
    let place = connection.place
    guard place < idle.count, idle[place] === connection else { return }
    let last = idle.removeLast()
    if last !== connection {
      idle[place] = last
      last.place = place
    }
  }

  /// A client takes nothing of its answer.
  ///
  /// - Returns: false when so many do that it counts like any other.
  func stall() -> Bool {
    guard stalled < pool.configuration.stalledPerLoop else { return false }
    stalled += 1
    return true
  }

  /// It takes more, or its connection has ended.
  func resume() { stalled -= 1 }

  func closeIdle() {
    let unused = idle
    idle.removeAll()
    for connection in unused { connection.close() }
  }

  // MARK: Judging

  /// The first byte of an answer has come.
  func answered(_ status: Int, at now: UInt64) {
    let isBad = status >= 500 && status <= 504 && status != 501
    if isBad { metrics.errors.increment() }
    let change = circuit.answered(isBad: isBad, hasOthers: pool.hasOthers(besides: self), at: now)
    if change != .none { follow(change) }
  }

  func failed(_ failure: Failure) {
    metrics.failures(failure).increment()
    follow(circuit.failed())
  }

  /// Its client went before anything was found out.
  func cancelled() {
    if circuit.trialCancelled() { pool.refresh() }
  }

  func startTrial() {
    circuit.startTrial()
    pool.refresh()
  }

  /// It was asked how it is.
  func note(isHealthy: Bool) {
    if isHealthy { follow(circuit.close()) }
    guard self.isHealthy != isHealthy else { return }
    self.isHealthy = isHealthy
    if isHealthy { startSlowly() } else { closeIdle() }
    pool.refresh()
  }

  private func follow(_ change: ServerCircuit.Change) {
    guard !isRetired else { return }
    switch change {
    case .none: return
    case .opened, .openedAgain:
      if change == .opened { metrics.available.add(-1) }
      metrics.circuitOpened.increment()
      loop.set(deadline, inMilliseconds: pool.configuration.circuit.openMilliseconds)
      closeIdle()
    case .closed:
      deadline.clear()
      metrics.available.add(1)
      startSlowly()
    }
    pool.refresh()
  }

  /// The circuit has been open long enough. A connection of our own comes first: no request is spent on finding out
  /// that nobody listens.
  func deadlinePassed() {
    guard !isRetired, circuit.state == .open else { return }
    if open < pool.configuration.connectionsPerLoop {
      pool.probe(self)
    } else {
      isReachable()
    }
  }

  /// A connection could be made while the circuit was open.
  func isReachable() {
    guard circuit.state == .open else { return }
    circuit.halfOpen()
    pool.refresh()
  }

  /// None could be made: the circuit stays open for another while.
  func isUnreachable() {
    guard !isRetired, circuit.state == .open else { return }
    loop.set(deadline, inMilliseconds: pool.configuration.circuit.openMilliseconds)
  }

  // MARK: Coming and going

  /// From now on its share grows from a tenth to the whole.
  func startSlowly() {
    let duration = pool.configuration.slowStartMilliseconds
    guard duration > 0 else { return }
    warmUntil = loop.clock.now + UInt64(duration) * 1_000_000
  }

  /// Whether it takes this request although it is warming up: by chance, more likely the longer it is back.
  func takesShare(_ random: Int) -> Bool {
    guard warmUntil != 0 else { return true }
    let now = loop.clock.now
    guard now < warmUntil else {
      warmUntil = 0
      return true
    }
    let duration = UInt64(pool.configuration.slowStartMilliseconds) * 1_000_000
    let done = 100 - Int((warmUntil - now) * 100 / duration)
    return random % 100 < max(10, done)
  }

  /// The upstream has this server no more.
  func leave() {
    isMember = false
    retire()
    closeIdle()
  }

  /// Nothing is timed for it any more; its connections may still be in use.
  func retire() {
    isRetired = true
    if circuit.state == .closed { metrics.available.add(-1) }
    loop.retire(deadline)
  }
}
