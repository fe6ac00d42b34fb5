import HTTPWire
import NIOCore

/// The one upstream stream behind all clients that asked for the same, on its home loop.
///
/// Life: `opening → open ⇄ lost`. Lost, its clients keep their connections while it is opened again with
/// `Last-Event-ID`, to which the upstream answers by what they have missed; the first event after that is kept, for
/// clients who come back later and have missed something too. What is refused at the first opening, or is not there
/// any more at a later one, is over.
final class FanOutStream: ClientStream, DeadlineOwner {
  private static let firstDelay = 100
  private static let longestDelay = 5_000
  /// A client hears something in this time; upstreams say something every 15 seconds.
  private static let quietMilliseconds = 16_000

  let key: FanOutKey
  private let loop: GatewayLoop
  private unowned let fanOut: LoopFanOut
  private var pool: UpstreamPool
  private let exchange: Exchange
  private let deadline = Deadline()
  private var listeners: [Int] = []
  private var blocks = EventBlocks()
  private var lastID: String?
  private var catchUp: FanOutPiece?
  private var isOpen = false
  private var wasOpen = false
  /// The next event tells what was missed.
  private var awaitsCatchUp = false
  private var status = 0
  private var isStream = false
  private var delay = firstDelay
  private var next: Scheduled<Void>?
  private var isStopped = false
  /// An event was left out; that is said once.
  private var hasMissed = false
  private var hasRenewed = false
  private var openedAt: UInt64 = 0

  /// - Parameter lastID: where its first client stands.
  init(_ key: FanOutKey, on loop: GatewayLoop, _ fanOut: LoopFanOut, _ pool: UpstreamPool, lastID: String?) {
    self.key = key
    self.loop = loop
    self.fanOut = fanOut
    self.pool = pool
    self.lastID = lastID
    exchange = Exchange(on: loop)
    deadline.owner = self
  }

  // MARK: Listeners

  func add(_ index: Int) {
    if !listeners.contains(index) { listeners.append(index) }
    if wasOpen { fanOut.tell(.open(lastID: lastID, catchUp: catchUp), of: key, to: index) }
  }

  /// Whether nobody is left.
  func remove(_ index: Int) -> Bool {
    listeners.removeAll { $0 == index }
    return listeners.isEmpty
  }

  private func tell(_ news: FanOutNews) {
    for index in listeners { fanOut.tell(news, of: key, to: index) }
  }

  private func send(_ piece: FanOutPiece, id: String? = nil) {
    loop.set(deadline, inMilliseconds: Self.quietMilliseconds)
    tell(.piece(piece, lastID: id))
  }

  func deadlinePassed() {
    if !isStopped { send(.quiet) }
  }

  // MARK: The upstream's stream

  func open() {
    guard !isStopped else { return }
    status = 0
    isStream = false
    blocks = EventBlocks()
    pool = fanOut.pool(key.upstream) ?? pool
    awaitsCatchUp = lastID != nil || wasOpen
    let resume = awaitsCatchUp ? "Last-Event-ID: \(lastID ?? "0")\r\n" : ""
    let server = pool.configuration.servers[0]
    exchange.begin(
      get: key.target, from: pool, host: "\(server.host):\(server.port)",
      fields: "Accept: text/event-stream\r\nVia: 1.1 daybook\r\n\(resume)", isRecorded: false, for: self)
    exchange.flushUpstream()
  }

  /// Opens it again at once, for what it then says of what was missed.
  func renew() {
    guard isOpen, !awaitsCatchUp else { return }
    isOpen = false
    exchange.cancel()
    open()
  }

  func stop() {
    isStopped = true
    next?.cancel()
    exchange.cancel()
    exchange.retire()
    loop.retire(deadline)
  }

  var takesChunks: Bool { false }
  var isWritable: Bool { true }
  func sendInterim(_ head: ByteBuffer) {}
  func flush() {}
  func resumeInput() {}

  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {
    status = Int(head.getString(at: head.readerIndex + 9, length: 3) ?? "") ?? 0
    isStream = status == 200 && exchange.isEventStream
    guard isStream else { return }
    openedAt = loop.clock.now
    isOpen = true
    loop.set(deadline, inMilliseconds: Self.quietMilliseconds)
    guard !wasOpen else { return }
    wasOpen = true
    tell(.open(lastID: lastID, catchUp: catchUp))
  }

  func sendBody(_ bytes: ByteBuffer) {
    guard isStream, !isStopped else { return }
    let skipped = blocks.skipped
    if let block = blocks.read(bytes) { pass(block) }
    if blocks.skipped > skipped { missed() }
  }

  private func pass(_ block: EventBlocks.Block) {
    if let id = block.id { lastID = id }
    // Everybody has been greeted, and hears something often enough.
    let piece = FanOutPiece(block.bytes)
    if block.isEvent, awaitsCatchUp {
      awaitsCatchUp = false
      catchUp = piece
      tell(.catchUp(piece))
    }
    send(piece, id: block.id)
  }

  /// An event was too long to be passed on: clients hear what tells them to look again.
  private func missed() {
    if !hasMissed { fanOut.noteSkipped(key) }
    hasMissed = true
    if let catchUp { return send(catchUp) }
    // Asked once: the upstream may answer with the same event.
    guard !hasRenewed else { return }
    hasRenewed = true
    // Not in the middle of what it is handing over.
    fanOut.later { [self] in
      if !isStopped { renew() }
    }
  }

  func finish() { lost() }

  func abort() { lost() }

  private func lost() {
    guard !isStopped else { return }
    // One that ends as soon as it is there is no better than none.
    if isOpen, loop.clock.now - openedAt > UInt64(Self.longestDelay) * 1_000_000 { delay = Self.firstDelay }
    isOpen = false
    guard wasOpen else { return end(.refused) }
    // It is there no more, or has become something else.
    if !isStream, (200..<500).contains(status), status != 408, status != 429 { return end(.ended) }
    isStream = false
    let wait = delay / 2 + loop.randomPlace(below: delay / 2 + 1)
    delay = min(delay * 2, Self.longestDelay)
    next = loop.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(wait))) { [self] in open() }
  }

  private func end(_ news: FanOutNews) {
    fanOut.ended(self)
    tell(news)
    stop()
  }
}
