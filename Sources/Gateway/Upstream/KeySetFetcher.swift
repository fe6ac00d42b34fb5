import HTTPWire
import JWT
import Logging
import NIOCore

/// Keeps the key set by which tokens are checked: fetches it from its upstream through the engine, again and again,
/// and sooner when a key is missing, but never more often than the floor allows. What cannot be fetched or read
/// changes nothing: the last good set stays. On one loop.
final class KeySetFetcher: ClientStream {
  private let loop: GatewayLoop
  private let configuration: TokenConfiguration
  private let logger: Logger
  /// Hands a new set to all loops.
  private let publish: @Sendable (VerificationKeySet) -> Void
  /// Tells all loops what they may say of a key that they have not.
  private let report: @Sendable (KeyKnowledge) -> Void
  private var knowledge: KeyKnowledge
  private let exchange: Exchange
  private var status = 0
  private var body = ByteBuffer()
  private var current: ByteBuffer?
  private var isFetching = false
  private var lastFetch: UInt64 = 0
  private var next: Scheduled<Void>?
  private static let bodyLimit = 262_144

  init(
    on loop: GatewayLoop, _ configuration: TokenConfiguration, logger: Logger,
    publish: @escaping @Sendable (VerificationKeySet) -> Void,
    report: @escaping @Sendable (KeyKnowledge) -> Void
  ) {
    self.report = report
    knowledge = KeyKnowledge(floorSeconds: configuration.refreshFloorSeconds)
    self.loop = loop
    self.configuration = configuration
    self.logger = logger
    self.publish = publish
    exchange = Exchange(on: loop)
  }

  /// Fetches now, unless that is being done.
  func fetch() {
    // With another configuration another one fetches.
    guard !isFetching, !loop.isDraining, loop.plan.configuration.token == configuration else { return }
    next?.cancel()
    isFetching = true
    lastFetch = loop.clock.now
    (knowledge.isFetching, knowledge.beganAt) = (true, lastFetch)
    report(knowledge)
    status = 0
    body.clear()
    let server = loop.plan.configuration.upstreams[configuration.keySetUpstream].servers[0]
    exchange.begin(
      get: configuration.keySetPath, from: configuration.keySetUpstream,
      host: server.authority,
      for: self)
    exchange.flushUpstream()
  }

  /// A token names a key that is not here: perhaps there is a new one.
  ///
  /// - Parameter isAwaited: a request waits to hear of it.
  func fetchSoon(isAwaited: Bool) {
    // Until the first set is here the next try is near already.
    guard !isFetching, current != nil else { return }
    let floor = UInt64(configuration.refreshFloorSeconds) * 1_000_000_000
    let due = lastFetch + floor
    let now = loop.clock.now
    if now >= due { return fetch() }
    schedule(.nanoseconds(Int64(due - now)))
    // It did not know yet that the last one is over.
    if isAwaited { report(knowledge) }
  }

  // MARK: The answer

  var takesChunks: Bool { false }
  var isWritable: Bool { true }
  func sendInterim(_ head: ByteBuffer) {}
  func flush() {}
  func resumeInput() {}

  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {
    let text = head.getString(at: head.readerIndex + 9, length: 3) ?? ""
    status = Int(text) ?? 0
  }

  func sendBody(_ bytes: ByteBuffer) {
    guard body.readableBytes + bytes.readableBytes <= Self.bodyLimit else { return status = 0 }
    body.writeImmutableBuffer(bytes)
  }

  func finish() {
    isFetching = false
    guard status == 200 else { return failed("status \(status)") }
    if body == current { return succeeded() }
    do throws(KeySetError) {
      let keys = try VerificationKeySet(jwks: Array(body.readableBytesView))
      current = body
      logger.info("key set fetched", metadata: ["keys": "\(keys.keyIDs.joined(separator: " "))"])
      publish(keys)
      succeeded()
    } catch {
      failed(error.description)
    }
  }

  func abort() {
    isFetching = false
    failed("the answer was cut off")
  }

  private func ended(_ hasSucceeded: Bool) {
    knowledge.isFetching = false
    knowledge.hasSucceeded = hasSucceeded
    knowledge.endedAt = loop.clock.now
    report(knowledge)
  }

  private func succeeded() {
    ended(true)
    schedule(.seconds(Int64(configuration.refreshSeconds)))
  }

  private func failed(_ reason: String) {
    logger.warning(
      "key set not fetched", metadata: ["reason": "\(reason)", "keeps_last": "\(current != nil)"])
    // Without any keys no token can be checked: then the floor is too long to wait.
    ended(false)
    schedule(current == nil ? .milliseconds(250) : .seconds(Int64(configuration.refreshFloorSeconds)))
  }

  private func schedule(_ delay: TimeAmount) {
    next?.cancel()
    next = loop.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in fetch() }
  }
}
