internal import NIOCore
private import Synchronization

/// Commands of many tasks on one connection. Tasks put theirs into the inbox and wake the event loop once; it
/// writes all that came in one piece.
///
/// Sendable because its variables are touched on `eventLoop` only.
final class CommandConnection: LinkUser, @unchecked Sendable {
  private let eventLoop: any EventLoop
  private let link: RedisLink
  private let observer: (@Sendable (RedisEvent) -> Void)?
  private let inbox: Mutex<CommandInbox>
  private var pipeline: Pipeline<ReplySlot>
  private var hasTimer = false
  private var stopped: EventLoopPromise<Void>?

  init(
    _ configuration: RedisConfiguration, _ eventLoop: any EventLoop,
    _ observer: (@Sendable (RedisEvent) -> Void)?
  ) {
    self.eventLoop = eventLoop
    self.observer = observer
    link = RedisLink(.commands, configuration, eventLoop, observer)
    inbox = Mutex(CommandInbox(configuration))
    pipeline = Pipeline(timeout: TimeAmount(configuration.commandTimeout))
  }

  // MARK: From any thread

  func send(_ command: RedisCommand) async throws(RedisError) -> RESPValue {
    let slot = ReplySlot()
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if slot.begin(continuation) { submit(slot, command) }
      }
    } onCancel: {
      slot.finish(.failure(.cancelled))
    }
    let reply = try answer.get()
    if case .error(let message) = reply { throw .server(message) }
    return reply
  }

  private func submit(_ slot: ReplySlot, _ command: RedisCommand) {
    switch inbox.withLock({ $0.add(slot, command) }) {
    case .wake: eventLoop.execute { self.takeArrived() }
    case .awake: break
    case .refused(let error): slot.finish(.failure(error))
    }
  }

  func start() {
    eventLoop.execute { self.link.start(for: self) }
  }

  /// Refuses new commands, and closes the connection when the replies that are due have come or their time is
  /// over.
  func stop() async {
    inbox.withLock { $0.stop() }
    let stopped = eventLoop.makePromise(of: Void.self)
    eventLoop.execute {
      self.stopped = stopped
      self.takeArrived()
      self.stopIfIdle()
    }
    try? await stopped.futureResult.get()
  }

  // MARK: On the event loop

  private func takeArrived() {
    let now = NIODeadline.now()
    for (slot, bytes) in inbox.withLock({ $0.take() }) { pipeline.add(slot, bytes, now: now) }
    writeWaiting()
    startTimer()
  }

  private func writeWaiting() {
    guard link.isOpen else { return }
    var buffer = ByteBuffer()
    while let entry = pipeline.nextWaiting() {
      if entry.slot.isFinished {
        leave(entry)
      } else {
        buffer.writeBytes(entry.bytes)
        pipeline.sent(entry)
      }
    }
    if buffer.readableBytes > 0 { link.write(buffer) }
  }

  func linkOpened() {
    writeWaiting()
  }

  func linkReceived(_ reply: RESPValue) throws(RedisError) {
    guard let entry = pipeline.replied() else {
      throw RedisError(.protocolViolation, .unknown, "Redis answered a command that nobody sent")
    }
    entry.slot.finish(.success(reply))
    leave(entry)
    stopIfIdle()
  }

  func linkLost(_ error: RedisError) {
    let failure = RedisError(error.kind, .unknown, error.message)
    for entry in pipeline.lost() {
      entry.slot.finish(.failure(failure))
      leave(entry)
    }
    stopIfIdle()
  }

  /// One timer for all commands: at the earliest deadline when it was set. A reply before that costs nothing.
  private func startTimer() {
    guard !hasTimer, let deadline = pipeline.nextDeadline else { return }
    hasTimer = true
    eventLoop.scheduleTask(deadline: deadline) { self.timeIsUp() }
  }

  private func timeIsUp() {
    hasTimer = false
    let expiry = pipeline.expire(now: .now())
    for slot in expiry.due {
      slot.finish(.failure(RedisError(.timeout, .unknown, "Redis did not answer in time")))
    }
    for entry in expiry.unsent {
      entry.slot.finish(.failure(RedisError(.timeout, .notSent, "no connection to Redis in time")))
      leave(entry)
    }
    let count = expiry.due.count + expiry.unsent.count
    if count > 0 { observer?(.timedOut(commands: count)) }
    if expiry.isStuck { link.close(RedisError(.timeout, .unknown, "Redis has stopped answering")) }
    startTimer()
    stopIfIdle()
  }

  private func leave(_ entry: Pipeline<ReplySlot>.Entry) {
    inbox.withLock { $0.release(bytes: entry.bytes.count) }
  }

  private func stopIfIdle() {
    guard let stopped, pipeline.isEmpty else { return }
    self.stopped = nil
    link.stop()
    stopped.succeed()
  }
}
