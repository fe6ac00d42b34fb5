internal import NIOCore
private import NIOPosix

/// Does what a `LinkState` says: dials, greets, pauses and dials again, on one event loop.
///
/// Sendable because its variables are touched on `eventLoop` only, which every entry asserts.
final class RedisLink: @unchecked Sendable {
  let eventLoop: any EventLoop
  private let name: RedisEvent.Connection
  private let configuration: RedisConfiguration
  private let observer: (@Sendable (RedisEvent) -> Void)?
  private let greeting: [UInt8]
  private var state: LinkState
  private var channel: (any Channel)?
  private var closeReason: RedisError?
  private var overdue: Scheduled<Void>?
  /// Set from start to stop, as the user owns the link.
  private var user: (any LinkUser)?

  init(
    _ name: RedisEvent.Connection, _ configuration: RedisConfiguration, _ eventLoop: any EventLoop,
    _ observer: (@Sendable (RedisEvent) -> Void)?
  ) {
    self.name = name
    self.configuration = configuration
    self.eventLoop = eventLoop
    self.observer = observer
    let commands = Self.greeting(for: configuration.address)
    greeting = commands.flatMap(\.bytes)
    state = LinkState(greetingLength: commands.count)
  }

  var isOpen: Bool {
    eventLoop.assertInEventLoop()
    return state.isOpen
  }

  func start(for user: any LinkUser) {
    eventLoop.assertInEventLoop()
    self.user = user
    perform(state.start())
  }

  func stop() {
    eventLoop.assertInEventLoop()
    perform(state.stop())
    user = nil
  }

  /// Writes and flushes; only while open.
  func write(_ buffer: ByteBuffer) {
    eventLoop.assertInEventLoop()
    channel?.writeAndFlush(buffer, promise: nil)
  }

  /// Gives the connection up; a new one is dialled.
  func close(_ reason: RedisError) {
    eventLoop.assertInEventLoop()
    closeReason = closeReason ?? reason
    channel?.close(promise: nil)
  }

  // MARK: From the channel

  func connected(_ channel: any Channel) {
    self.channel = channel
    perform(state.connected())
  }

  func received(_ reply: RESPValue) throws(RedisError) {
    let action = state.received(reply)
    if action == .forward { try user?.linkReceived(reply) } else { perform(action) }
  }

  func lost(_ error: any Error) {
    let wasOpen = state.isOpen
    let reason =
      closeReason ?? (error as? RedisError) ?? RedisError(.connection, .unknown, "Redis: \(error)")
    overdue?.cancel()
    closeReason = nil
    channel = nil
    let action = state.lost(random: Double.random(in: 0..<1))
    if wasOpen { user?.linkLost(reason) }
    if case .pause(let pause) = action {
      observer?(
        wasOpen
          ? .disconnected(name, reason, retryAfter: pause)
          : .connectFailed(name, reason, retryAfter: pause))
    }
    perform(action)
  }

  // MARK: Actions

  private func perform(_ action: LinkState.Action) {
    switch action {
    case .none, .forward: break
    case .connect: connect()
    case .greet: channel?.writeAndFlush(ByteBuffer(bytes: greeting), promise: nil)
    case .open:
      overdue?.cancel()
      observer?(.connected(name))
      user?.linkOpened()
    case .close(let reason): close(reason)
    case .pause(let pause):
      eventLoop.scheduleTask(in: TimeAmount(pause)) { self.perform(self.state.pauseOver()) }
    }
  }

  private func connect() {
    let timeout = TimeAmount(configuration.connectTimeout)
    let bootstrap = ClientBootstrap(group: eventLoop)
      .connectTimeout(timeout)
      .channelInitializer { [configuration] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            RedisChannelHandler(self, maximumReplyBytes: configuration.maximumReplyBytes))
        }
      }
    let connection =
      switch configuration.address.socket {
      case .tcp(let host, let port): bootstrap.connect(host: host, port: port)
      case .unix(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    connection.whenFailure { error in
      self.lost(RedisError(.connection, .notSent, "no connection to Redis: \(error)"))
    }
    overdue = eventLoop.scheduleTask(in: timeout) { self.perform(self.state.greetingOverdue()) }
  }

  /// AUTH and SELECT where the URL asks for them, and PING: a Redis that is loading its data, or wants a password
  /// that we do not have, refuses that and not somebody's command.
  private static func greeting(for address: RedisAddress) -> [RedisCommand] {
    var commands: [[String]] = []
    if let password = address.password {
      commands.append(["AUTH"] + (address.user.map { [$0] } ?? []) + [password])
    }
    if address.database != 0 { commands.append(["SELECT", String(address.database)]) }
    commands.append(["PING"])
    return commands.map { arguments in
      guard let command = try? RedisCommand(arguments) else {
        preconditionFailure("a greeting that hiredis does not format")
      }
      return command
    }
  }
}
