import HTTPWire
import Logging
import NIOCore

/// Hears what origin tells every gateway: one stream for the process, on one loop. What it hears is written where
/// all loops see it at once.
///
/// Life: `waiting → asked → hearing → waiting (for longer each time)`. A position is taken on from connection to
/// connection, so that nothing is missed; while there is none, nothing that was stored may be used.
final class EdgeEventClient: ClientStream {
  private static let firstDelay = 100
  private static let longestDelay = 5_000

  private let loop: GatewayLoop
  let configuration: EdgeEventsConfiguration
  /// Where they are asked for.
  let servers: UpstreamConfiguration
  private let purges: PurgeBoard
  private let revoked: RevokedTokens
  private let readiness: Readiness
  private let metrics: EdgeEventMetrics
  private let logger: Logger
  private let exchange: Exchange
  private var parser = EventStreamParser()
  /// Up to where everything has been heard.
  private var position: String?
  private var status = 0
  private var isReady = false
  private var isBroken = false
  private var delay = firstDelay
  private var next: Scheduled<Void>?
  private var sweep: RepeatedTask?
  private var isStopped = false

  init(
    on loop: GatewayLoop, _ configuration: EdgeEventsConfiguration, _ servers: UpstreamConfiguration,
    _ shared: GatewayShared, logger: Logger
  ) {
    self.loop = loop
    self.configuration = configuration
    self.servers = servers
    self.logger = logger
    purges = shared.purges
    revoked = shared.revoked
    readiness = shared.readiness
    metrics = shared.edgeEvents
    exchange = Exchange(on: loop)
  }

  func start() {
    let eventLoop = loop.eventLoop.assumeIsolated()
    // Who waits for ever for an internal listener that is away serves nobody: origin checks tokens too, and what is
    // stored is not used until then.
    eventLoop.scheduleTask(in: .milliseconds(Int64(configuration.waitMilliseconds))) { [self] in
      guard !isReady, !isStopped else { return }
      readiness.ready(Self.need)
      logger.warning("edge events are not heard yet; stored answers are not used until then")
    }
    let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
    sweep = loop.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(60), delay: .seconds(60)) { _ in
      bound.value.sweepRevoked()
    }
    connect()
  }

  /// For another configuration, or the end.
  func stop() {
    isStopped = true
    next?.cancel()
    sweep?.cancel()
    exchange.cancel()
    exchange.retire()
    purges.setHearsPurges(false)
  }

  /// The name of what readiness waits for.
  static let need = "edge_events"

  private var now: Int { loop.clock.seconds(at: loop.clock.now) }

  private func sweepRevoked() { revoked.sweep(now: now) }

  private func connect() {
    guard !isStopped, !loop.isDraining else { return }
    // A new configuration may have come that this has not been told of: its places are others.
    guard let pool = loop.pool(named: servers.name), pool.configuration == servers else {
      return lost("its upstream is not there any more")
    }
    status = 0
    isBroken = false
    parser = EventStreamParser()
    let server = servers.servers[0]
    let resume = position.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    exchange.begin(
      get: configuration.path, from: pool,
      host: "\(server.host):\(server.port)",
      fields: "Accept: text/event-stream\r\nAuthorization: Bearer \(configuration.token)\r\n\(resume)",
      isRecorded: false, for: self)
    exchange.flushUpstream()
  }

  // MARK: The answer

  var takesChunks: Bool { false }
  var isWritable: Bool { true }
  func sendInterim(_ head: ByteBuffer) {}
  func flush() {}
  func resumeInput() {}

  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {
    status = Int(head.getString(at: head.readerIndex + 9, length: 3) ?? "") ?? 0
  }

  func sendBody(_ bytes: ByteBuffer) {
    guard status == 200, !isBroken else { return }
    do throws(EventStreamParser.Failure) {
      try parser.read(bytes) { hear($0) }
    } catch {
      isBroken = true
    }
    guard isBroken else { return }
    // Not in the middle of what it is handing over.
    loop.eventLoop.assumeIsolated().execute { [self] in
      guard isBroken, !isStopped else { return }
      isBroken = false
      exchange.cancel()
      // What could not be understood must not be passed over the next time either.
      position = nil
      lost("an event could not be understood")
    }
  }

  func finish() { lost(status == 200 ? "the stream ended" : "status \(status)") }

  func abort() { lost("the stream was cut off") }

  // MARK: Hearing

  private func hear(_ text: EventStreamParser.Event) {
    guard let event = EdgeEvent(text) else {
      if EdgeEvent.isEssential(text) { isBroken = true }
      return
    }
    guard !isBroken else { return }
    metrics.heard(event)
    switch event {
    case .reset: purges.purgeAll()
    case .purge(let tags, let paths):
      for tag in tags { purges.purge(tag: Array(tag.utf8).span) }
      for path in paths { purges.purge(path: Array(path.utf8).span) }
    case .revokeSession(let session, let until): revoked.revoke(session: session, until: until, now: now)
    case .revokeSubject(let subject, let issuedBy, let until):
      revoked.revoke(subject: subject, issuedBy: issuedBy, until: until, now: now)
    case .ready: becomeReady()
    case .alive: break
    }
    // It is sent back in a header field.
    if let id = text.id, id.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) { position = id }
  }

  private func becomeReady() {
    isReady = true
    delay = Self.firstDelay
    purges.setHearsPurges(true)
    readiness.ready(Self.need)
    logger.info("edge events are heard")
  }

  private func lost(_ reason: String) {
    guard !isStopped else { return }
    purges.setHearsPurges(false)
    metrics.lost()
    if isReady || delay == Self.longestDelay || status == 401 {
      logger.warning("edge events are not heard", metadata: ["reason": "\(reason)"])
    }
    isReady = false
    let wait = delay / 2 + loop.randomPlace(below: delay / 2 + 1)
    delay = min(delay * 2, Self.longestDelay)
    next = loop.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(wait))) { [self] in connect()
    }
  }
}
