import Testing

@testable import Redis

@Suite struct LinkStateTests {
  private var state = LinkState(greetingLength: 2)

  private mutating func open() {
    _ = state.start()
    _ = state.connected()
    _ = state.received(.status("OK"))
    _ = state.received(.status("PONG"))
  }

  @Test mutating func `it dials, greets, and opens with the last reply to the greeting`() {
    #expect(state.start() == .connect)
    #expect(state.connected() == .greet)
    #expect(state.received(.status("OK")) == .none)
    #expect(!state.isOpen)
    #expect(state.received(.status("PONG")) == .open)
    #expect(state.isOpen)
    #expect(state.received(.integer(1)) == .forward)
  }

  @Test mutating func `it is started once`() {
    #expect(state.start() == .connect)
    #expect(state.start() == .none)
    open()
    #expect(state.start() == .none)
  }

  @Test mutating func `a failed attempt is repeated after growing pauses`() {
    _ = state.start()
    #expect(state.lost(random: 1) == .pause(.milliseconds(50)))
    #expect(state.lost(random: 1) == .none, "once")
    #expect(state.pauseOver() == .connect)
    #expect(state.pauseOver() == .none, "once")
    #expect(state.lost(random: 1) == .pause(.milliseconds(100)))
  }

  @Test mutating func `a connection that was open starts with the shortest pause`() {
    _ = state.start()
    for _ in 0..<5 {
      _ = state.lost(random: 1)
      _ = state.pauseOver()
    }
    _ = state.connected()
    _ = state.received(.status("OK"))
    #expect(state.received(.status("PONG")) == .open)
    #expect(state.lost(random: 1) == .pause(.milliseconds(50)))
    #expect(!state.isOpen)
  }

  @Test mutating func `a connection that only greets does not reset the pauses`() {
    _ = state.start()
    for _ in 0..<3 {
      _ = state.connected()
      _ = state.lost(random: 1)
      _ = state.pauseOver()
    }
    #expect(state.lost(random: 1) == .pause(.milliseconds(400)))
  }

  @Test mutating func `a refused greeting closes, and is tried again later`() {
    _ = state.start()
    _ = state.connected()
    let refused = RedisError.server("WRONGPASS invalid username-password pair")
    #expect(state.received(.error("WRONGPASS invalid username-password pair")) == .close(refused))
    #expect(state.received(.status("PONG")) == .none, "what was on its way")
    #expect(state.lost(random: 1) == .pause(.milliseconds(50)))
  }

  @Test mutating func `a greeting that takes too long closes; an answered one does not`() {
    _ = state.start()
    #expect(state.greetingOverdue() == .none, "dialling has a time-out of its own")
    _ = state.connected()
    guard case .close(let error) = state.greetingOverdue() else { return #expect(Bool(false)) }
    #expect(error.kind == .timeout)
    _ = state.lost(random: 0)
    _ = state.pauseOver()
    _ = state.connected()
    _ = state.received(.status("OK"))
    _ = state.received(.status("PONG"))
    #expect(state.greetingOverdue() == .none)
  }

  @Test mutating func `after stop nothing happens any more`() {
    open()
    #expect(state.stop() == .close(.stopped))
    #expect(state.lost(random: 1) == .none)
    #expect(state.pauseOver() == .none)
    #expect(state.start() == .none)
    #expect(state.received(.integer(1)) == .none)
  }

  @Test mutating func `a connection that comes after stop is closed`() {
    _ = state.start()
    _ = state.stop()
    #expect(state.connected() == .close(.stopped))
  }
}
