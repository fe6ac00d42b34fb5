/// Somebody who waits for something, but not for ever. Called on his event loop.
protocol DeadlineOwner: AnyObject {
  func deadlinePassed()
}

/// One time limit of one connection or exchange. Setting it later or clearing it costs one store: the
/// ``DeadlineWheel`` finds out when it looks.
final class Deadline {
  /// Nanoseconds of the loop's clock; `never` when nothing is waited for.
  fileprivate(set) var time = Deadline.never
  /// To be set by the owner, who must retire the deadline before he goes. Not weak: a weak reference makes every
  /// count of its object a slow one.
  unowned var owner: (any DeadlineOwner)?
  /// It is over and the owner has not been told yet.
  fileprivate var isPassed = false
  /// Where the wheel has it; -1 when it has not.
  fileprivate var slot = -1
  fileprivate var index = 0
  /// The tick at which the wheel looks at it.
  fileprivate var tick = 0

  static let never = UInt64.max

  /// Waits for nothing any more.
  func clear() {
    time = Self.never
    isPassed = false
  }

  /// Tells the owner, unless he has thought better of it in the meantime.
  func call() {
    guard isPassed else { return }
    isPassed = false
    owner?.deadlinePassed()
  }

  fileprivate func forgetOwner() { owner = nil }
}

/// The time limits of one event loop, kept in slots of a tenth of a second. Limits fire up to one tick late.
struct DeadlineWheel {
  static let tickNanoseconds: UInt64 = 100_000_000
  private static let slotCount = 1_024

  private var slots = [[Deadline]](repeating: [], count: slotCount)
  private var tick: Int

  init(now: UInt64) {
    tick = Int(now / Self.tickNanoseconds)
  }

  /// Moves a deadline to `time`.
  mutating func set(_ deadline: Deadline, to time: UInt64) {
    deadline.time = time
    deadline.isPassed = false
    let due = dueTick(time)
    if deadline.slot >= 0 {
      if deadline.tick <= due { return }
      remove(deadline)
    }
    insert(deadline, at: due)
  }

  /// Forgets a deadline whose owner goes, even when it is about to be called.
  mutating func retire(_ deadline: Deadline) {
    deadline.forgetOwner()
    remove(deadline)
  }

  private mutating func remove(_ deadline: Deadline) {
    guard deadline.slot >= 0 else { return }
    let last = slots[deadline.slot].removeLast()
    if last !== deadline {
      slots[deadline.slot][deadline.index] = last
      last.index = deadline.index
    }
    deadline.slot = -1
  }

  /// The deadlines that have passed, to be called by the caller; others are put where they belong now.
  mutating func advance(to now: UInt64) -> [Deadline] {
    var passed: [Deadline] = []
    let end = Int(now / Self.tickNanoseconds)
    while tick < end {
      tick += 1
      let slot = tick % Self.slotCount
      guard !slots[slot].isEmpty else { continue }
      let looked = slots[slot]
      slots[slot].removeAll()
      for deadline in looked {
        deadline.slot = -1
        if deadline.time <= now {
          deadline.time = Deadline.never
          deadline.isPassed = true
          passed.append(deadline)
        } else if deadline.time != Deadline.never {
          insert(deadline, at: dueTick(deadline.time))
        }
      }
    }
    return passed
  }

  /// The tick after `time`, or the farthest there is, to be looked at again then.
  private func dueTick(_ time: UInt64) -> Int {
    let due = Int(time / Self.tickNanoseconds) + 1
    return min(max(due, tick + 1), tick + Self.slotCount - 1)
  }

  private mutating func insert(_ deadline: Deadline, at due: Int) {
    deadline.slot = due % Self.slotCount
    deadline.tick = due
    deadline.index = slots[deadline.slot].count
    slots[deadline.slot].append(deadline)
  }
}
