internal import NIOCore

/// The pub/sub connection: subscribes again after every reconnection, and asks now and then whether the other side
/// still lives. It is dialled when the first listener comes.
///
/// Sendable because its variables are touched on `eventLoop` only.
final class SubscriptionConnection: LinkUser, @unchecked Sendable {
  private let eventLoop: any EventLoop
  private let configuration: RedisConfiguration
  private let link: RedisLink
  private var state = SubscriptionState<Listener>()
  private var isRunning = false
  private var isStopped = false
  /// Whether anything came since the last PING.
  private var isAlive = true
  private var heartbeat: RepeatedTask?

  init(
    _ configuration: RedisConfiguration, _ eventLoop: any EventLoop,
    _ observer: (@Sendable (RedisEvent) -> Void)?
  ) {
    self.configuration = configuration
    self.eventLoop = eventLoop
    link = RedisLink(.subscriptions, configuration, eventLoop, observer)
  }

  // MARK: From any thread

  func messages(on channel: String) -> AsyncStream<RedisMessage> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: RedisMessage.self, bufferingPolicy: .bufferingNewest(configuration.messageBuffer))
    let listener = Listener(channel: channel, continuation)
    continuation.onTermination = { [weak self, eventLoop] _ in
      guard let self else { return }
      eventLoop.execute { self.remove(listener) }
    }
    eventLoop.execute { self.add(listener) }
    return stream
  }

  func start() {
    eventLoop.execute {
      self.isRunning = true
      self.dialIfNeeded()
    }
  }

  /// Ends every stream.
  func stop() async {
    try? await eventLoop.submit {
      self.isStopped = true
      self.heartbeat?.cancel()
      self.link.stop()
      for listener in self.state.stop() { listener.finish() }
    }.get()
  }

  // MARK: On the event loop

  private func add(_ listener: Listener) {
    if isStopped { return listener.finish() }
    perform(state.add(listener, on: listener.channel))
    dialIfNeeded()
  }

  private func remove(_ listener: Listener) {
    perform(state.remove(listener, from: listener.channel))
  }

  private func dialIfNeeded() {
    if isRunning, !isStopped, state.hasListeners { link.start(for: self) }
  }

  func linkOpened() {
    isAlive = true
    let channels = state.opened()
    if !channels.isEmpty { write(["SUBSCRIBE"] + channels) }
    let period = TimeAmount(configuration.subscriptionPing)
    heartbeat = eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in self.beat() }
  }

  func linkReceived(_ reply: RESPValue) throws(RedisError) {
    isAlive = true
    perform(try state.received(reply))
  }

  func linkLost(_ error: RedisError) {
    heartbeat?.cancel()
    state.lost()
  }

  private func beat() {
    guard isAlive else {
      return link.close(RedisError(.timeout, .unknown, "the Redis pub/sub connection is silent"))
    }
    isAlive = false
    write(["PING"])
  }

  private func perform(_ action: SubscriptionState<Listener>.Action) {
    switch action {
    case .none: break
    case .subscribe(let channel): write(["SUBSCRIBE", channel])
    case .unsubscribe(let channel): write(["UNSUBSCRIBE", channel])
    case .tell(let listeners, let message): for listener in listeners { listener.hear(message) }
    }
  }

  private func write(_ arguments: [String]) {
    guard let command = try? RedisCommand(arguments) else {
      return link.close(RedisError(.invalid, .notSent, "too many Redis channels for one SUBSCRIBE"))
    }
    link.write(ByteBuffer(bytes: command.bytes))
  }
}
