import Testing

@testable import Gateway

@Suite struct DeadlineTests {
  private final class Owner: DeadlineOwner {
    var told = 0
    func deadlinePassed() { told += 1 }
  }

  private static let second: UInt64 = 1_000_000_000

  @Test func `a deadline passes once, at most one tick late`() {
    var wheel = DeadlineWheel(now: 0)
    let deadline = Deadline()
    wheel.set(deadline, to: Self.second)
    #expect(wheel.advance(to: Self.second - 1).isEmpty)
    #expect(wheel.advance(to: Self.second + DeadlineWheel.tickNanoseconds).count == 1)
    #expect(wheel.advance(to: 10 * Self.second).isEmpty)
  }

  @Test func `setting it later and clearing it are seen when the wheel looks`() {
    var wheel = DeadlineWheel(now: 0)
    let later = Deadline()
    let cleared = Deadline()
    wheel.set(later, to: Self.second)
    wheel.set(cleared, to: Self.second)
    wheel.set(later, to: 3 * Self.second)
    cleared.clear()
    #expect(wheel.advance(to: 2 * Self.second).isEmpty)
    #expect(wheel.advance(to: 4 * Self.second).count == 1)
  }

  @Test func `setting it earlier moves it`() {
    var wheel = DeadlineWheel(now: 0)
    let deadline = Deadline()
    wheel.set(deadline, to: 60 * Self.second)
    wheel.set(deadline, to: Self.second)
    #expect(wheel.advance(to: 2 * Self.second).count == 1)
    #expect(wheel.advance(to: 70 * Self.second).isEmpty)
  }

  @Test func `a deadline beyond the wheel still passes, and not before`() {
    var wheel = DeadlineWheel(now: 0)
    let deadline = Deadline()
    wheel.set(deadline, to: 1_000 * Self.second)
    #expect(wheel.advance(to: 999 * Self.second).isEmpty)
    #expect(wheel.advance(to: 1_001 * Self.second).count == 1)
  }

  @Test func `a retired deadline never passes, its neighbours do`() {
    var wheel = DeadlineWheel(now: 0)
    let deadlines = (0..<3).map { _ in Deadline() }
    for deadline in deadlines { wheel.set(deadline, to: Self.second) }
    wheel.retire(deadlines[0])
    #expect(wheel.advance(to: 2 * Self.second).count == 2)
  }

  @Test func `who is cleared or set anew before he is told is not told`() {
    var wheel = DeadlineWheel(now: 0)
    let owner = Owner()
    let deadlines = (0..<3).map { _ in Deadline() }
    for deadline in deadlines {
      deadline.owner = owner
      wheel.set(deadline, to: Self.second)
    }
    let passed = wheel.advance(to: 2 * Self.second)
    deadlines[0].clear()
    wheel.set(deadlines[1], to: 5 * Self.second)
    for deadline in passed { deadline.call() }
    #expect(owner.told == 1)
    for deadline in wheel.advance(to: 6 * Self.second) { deadline.call() }
    #expect(owner.told == 2)
    for deadline in deadlines { wheel.retire(deadline) }
  }
}
