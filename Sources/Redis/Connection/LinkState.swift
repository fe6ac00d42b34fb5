/// The life of one connection to Redis: events in, actions out, no sockets.
struct LinkState {
  private enum State: Equatable {
    /// start → connecting
    case idle
    /// connected → greeting; lost → pausing
    case connecting
    /// the last reply → open; an error reply → closing; lost → pausing
    case greeting(repliesDue: Int)
    /// lost → pausing
    case open
    /// lost → pausing
    case closing
    /// pauseOver → connecting
    case pausing
    /// From every state by stop; nothing follows.
    case stopped
  }

  enum Action: Equatable {
    case none
    case connect
    /// Write the greeting.
    case greet
    /// The greeting is answered: commands may be written.
    case open
    /// A reply to a command.
    case forward
    case close(RedisError)
    case pause(Duration)
  }

  private var state = State.idle
  private var backoff = Backoff()
  private let greetingLength: Int

  /// `greetingLength`: replies that are due before the connection is open, at least one.
  init(greetingLength: Int) {
    precondition(greetingLength > 0)
    self.greetingLength = greetingLength
  }

  var isOpen: Bool { state == .open }

  mutating func start() -> Action {
    guard state == .idle else { return .none }
    state = .connecting
    return .connect
  }

  mutating func connected() -> Action {
    switch state {
    case .connecting:
      state = .greeting(repliesDue: greetingLength)
      return .greet
    case .stopped:
      return .close(.stopped)
    default:
      preconditionFailure("connected while \(state)")
    }
  }

  mutating func received(_ reply: RESPValue) -> Action {
    switch state {
    case .open:
      return .forward
    case .greeting(let due):
      if case .error(let message) = reply {
        state = .closing
        return .close(.server(message))
      }
      state = due > 1 ? .greeting(repliesDue: due - 1) : .open
      guard state == .open else { return .none }
      backoff.reset()
      return .open
    case .idle, .connecting, .closing, .pausing, .stopped:
      // What was on its way when we closed.
      return .none
    }
  }

  /// The connect time-out has passed.
  mutating func greetingOverdue() -> Action {
    guard case .greeting = state else { return .none }
    state = .closing
    return .close(RedisError(.timeout, .notSent, "Redis did not answer the greeting in time"))
  }

  /// The attempt failed or the connection is gone; `random` is in 0..<1.
  mutating func lost(random: Double) -> Action {
    switch state {
    case .connecting, .greeting, .open, .closing:
      state = .pausing
      return .pause(backoff.next(random: random))
    case .idle, .pausing, .stopped:
      return .none
    }
  }

  mutating func pauseOver() -> Action {
    guard state == .pausing else { return .none }
    state = .connecting
    return .connect
  }

  mutating func stop() -> Action {
    state = .stopped
    return .close(.stopped)
  }
}
