internal import Glibc
internal import Synchronization

/// The budgets of all keys of all limits: one exact budget per key for the whole process, although the event loops
/// share nothing else, without a lock and without a hop to another thread.
///
/// A key is one 64-bit word, 24 bits of fingerprint and 40 bits of time, changed by compare and exchange. Its place
/// and fingerprint come from a hash seeded at start, so nobody can aim at the place of another. Eight words share a
/// cache line, and a key lives in one line only: a look-up touches one line. Two keys of a line are taken for each
/// other once in two million; they then share a budget.
///
/// A budget that is whole again is worth nothing and is overwritten for free. When a line holds none, the one
/// nearest to whole gives way: a flood of new keys pushes out its own kind, while a key that has been refused stands
/// furthest from whole and is the last to go.
@safe
package final class RateLimitTable: Sendable {
  private static let ways = 8
  private static let fingerprintShift: UInt64 = 40

  /// Zero pages from the kernel: memory is taken as lines are first used.
  private nonisolated(unsafe) let words: UnsafeMutableBufferPointer<Atomic<UInt64>>
  private let lineMask: Int
  private let evictions = Atomic<Int>(0)
  /// Where the next sweep begins.
  private let swept = Atomic<Int>(0)
  private let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  /// - Parameter keys: how many keys fit, rounded up to a power of two; 8 bytes each.
  package init(keys: Int) {
    let lines = Self.powerOfTwo(atLeast: max(1, keys / Self.ways))
    lineMask = lines - 1
    let count = lines * Self.ways
    guard
      let memory = unsafe mmap(
        nil, count * MemoryLayout<UInt64>.stride, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe memory != MAP_FAILED
    else { fatalError("no memory for \(count) rate limit keys") }
    unsafe words = UnsafeMutableBufferPointer(
      start: memory.bindMemory(to: Atomic<UInt64>.self, capacity: count), count: count)
  }

  deinit {
    unsafe _ = munmap(words.baseAddress, words.count * MemoryLayout<UInt64>.stride)
  }

  /// Budgets that were forgotten before they were whole, because their line was full.
  package var evictionCount: Int {
    evictions.load(ordering: .relaxed)
  }

  /// The hash of a key, two multiplications folded (as wyhash mixes) with the seeds of the process: quick, and
  /// nobody outside can tell what it will be.
  package func hash(policy: UInt64, key: RateLimitKey) -> UInt64 {
    let first = KeyIdentity.fold(key.value ^ seeds.0, policy &+ UInt64(key.kind.rawValue) ^ seeds.1)
    return KeyIdentity.fold(first ^ seeds.1, key.value &+ KeyIdentity.golden)
  }

  /// Asks `budget` for one request of the key that hashes to `hash`. Any thread.
  package func take(_ budget: RateLimitBudget, hash: UInt64, now: UInt64) -> RateLimitDecision {
    take(budget, cost: budget.interval, hash: hash, now: now)
  }

  /// Asks `budget` for `cost` ticks of the key that hashes to `hash`. Any thread.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package func take(
    _ budget: RateLimitBudget, cost: UInt64, hash: UInt64, now: UInt64
  ) -> RateLimitDecision {
    var before: UInt64 = 0
    var after: UInt64?
    change(budget, hash: hash, now: now, addsKey: true) { ahead in
      before = ahead
      after = budget.take(ahead: ahead, cost: cost)
      return after
    }
    return budget.decision(allowed: after != nil, ahead: after ?? before, cost: cost)
  }

  /// Gives back `cost` ticks that were taken before. Any thread.
  @discardableResult
  package func giveBack(
    _ budget: RateLimitBudget, cost: UInt64, hash: UInt64, now: UInt64
  ) -> RateLimitDecision {
    var left: UInt64 = 0
    change(budget, hash: hash, now: now, addsKey: false) { ahead in
      left = ahead > cost ? ahead - cost : 0
      return left
    }
    return budget.decision(allowed: true, ahead: left, cost: cost)
  }

  /// Adds what was used elsewhere, even beyond the budget. Any thread.
  package func add(_ ticks: UInt64, to budget: RateLimitBudget, hash: UInt64, now: UInt64) {
    change(budget, hash: hash, now: now, addsKey: true) { ahead in
      min(ahead + min(ticks, budget.debtLimit), budget.debtLimit)
    }
  }

  /// How far the key's budget is used up, in ticks. Any thread.
  package func ahead(_ budget: RateLimitBudget, hash: UInt64, now: UInt64) -> UInt64 {
    let now = RateLimitBudget.ticks(nanoseconds: now)
    let place = find(hash >> Self.fingerprintShift, line: line(of: hash), now: now)
    return place.isFound ? budget.ahead(wholeAt: place.word & RateLimitBudget.tickMask, now: now) : 0
  }

  /// Forgets budgets that are whole again in a small part of the table, the next one with each call: ten a second
  /// pass over all of it in four hours. Otherwise the clock, which turns in 52 days, would find them ahead of it one
  /// day. Any thread.
  package func sweep(now: UInt64) {
    let now = RateLimitBudget.ticks(nanoseconds: now)
    let count = unsafe words.count
    let step = max(8, count >> 17)
    let start = swept.wrappingAdd(step, ordering: .relaxed).oldValue
    for place in start..<start + step {
      let index = place & (count - 1)
      let word = load(index)
      if word != 0, Self.ahead(word, now: now) == 0 { _ = exchange(index, word, 0) }
    }
  }

  /// Replaces how far a key's budget is used up by what `change` makes of it, which may be asked again when
  /// another thread was quicker.
  ///
  /// - Parameter addsKey: false leaves a key alone that is not here.
  @inline(__always)
  private func change(
    _ budget: RateLimitBudget, hash: UInt64, now: UInt64, addsKey: Bool, _ change: (UInt64) -> UInt64?
  ) {
    let now = RateLimitBudget.ticks(nanoseconds: now)
    let line = line(of: hash)
    let fingerprint = hash >> Self.fingerprintShift
    while true {
      let place = find(fingerprint, line: line, now: now)
      guard place.isFound || addsKey else { return }
      let ahead = place.isFound ? budget.ahead(wholeAt: place.word & RateLimitBudget.tickMask, now: now) : 0
      guard let after = change(ahead) else { return }
      let word = fingerprint << Self.fingerprintShift | (now &+ after) & RateLimitBudget.tickMask
      guard exchange(place.index, place.word, word) else { continue }
      if !place.isFound {
        if place.isLive { evictions.wrappingAdd(1, ordering: .relaxed) }
        // Two loops may have met the key for the first time together and put it in two places; the later
        // place gives way, so that no budget is ever had twice.
        if isKnown(fingerprint, line: line, before: place.index) {
          _ = exchange(place.index, word, 0)
          continue
        }
      }
      return
    }
  }

  private func line(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash) & lineMask * Self.ways
  }

  private struct Place {
    var index: Int
    var word: UInt64
    var isFound: Bool
    /// Whether taking it forgets a budget that is not whole.
    var isLive: Bool
  }

  /// The key's place, or the one it should take.
  private func find(_ fingerprint: UInt64, line: Int, now: UInt64) -> Place {
    var victim = line
    var victimWord: UInt64 = 0
    var victimAhead = UInt64.max
    for index in line..<line + Self.ways {
      let word = load(index)
      if word >> Self.fingerprintShift == fingerprint, word != 0 {
        return Place(index: index, word: word, isFound: true, isLive: true)
      }
      let ahead = Self.ahead(word, now: now)
      if ahead < victimAhead {
        (victim, victimWord, victimAhead) = (index, word, ahead)
      }
    }
    return Place(index: victim, word: victimWord, isFound: false, isLive: victimAhead > 0)
  }

  private func isKnown(_ fingerprint: UInt64, line: Int, before: Int) -> Bool {
    (line..<before).contains {
      let word = load($0)
      return word != 0 && word >> Self.fingerprintShift == fingerprint
    }
  }

  /// Ticks until the word's budget is whole, zero when it is; a word of an unknown limit is measured by the
  /// half turn of the clock.
  private static func ahead(_ word: UInt64, now: UInt64) -> UInt64 {
    guard word != 0 else { return 0 }
    let ahead = (word &- now) & RateLimitBudget.tickMask
    return ahead <= RateLimitBudget.tickMask >> 1 ? ahead : 0
  }

  private func load(_ index: Int) -> UInt64 {
    unsafe words[index].load(ordering: .sequentiallyConsistent)
  }

  private func exchange(_ index: Int, _ old: UInt64, _ new: UInt64) -> Bool {
    unsafe words[index].compareExchange(
      expected: old, desired: new, ordering: .sequentiallyConsistent
    ).exchanged
  }

  private static func powerOfTwo(atLeast count: Int) -> Int {
    count <= 1 ? 1 : 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount)
  }
}
