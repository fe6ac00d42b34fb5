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
  package func hash(limit: Int, key: UInt64, kind: UInt64) -> UInt64 {
    let first = Self.fold(key ^ seeds.0, UInt64(truncatingIfNeeded: limit) << 8 ^ kind ^ seeds.1)
    return Self.fold(first ^ seeds.1, key &+ 0x9E37_79B9_7F4A_7C15)
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }

  /// Asks `budget` for one request of the key that hashes to `hash`. Any thread.
  ///
  /// - Parameter now: nanoseconds of a clock that never goes back.
  package func take(_ budget: RateLimitBudget, hash: UInt64, now: UInt64) -> RateLimitDecision {
    let now = RateLimitBudget.ticks(nanoseconds: now)
    let line = Int(truncatingIfNeeded: hash) & lineMask * Self.ways
    let fingerprint = hash >> Self.fingerprintShift
    while true {
      let place = find(fingerprint, line: line, now: now, budget: budget)
      let ahead = place.isFound ? budget.ahead(wholeAt: place.word & RateLimitBudget.tickMask, now: now) : 0
      guard let wholeAt = budget.take(ahead: ahead, now: now) else {
        return budget.decision(allowed: false, ahead: ahead)
      }
      let word = fingerprint << Self.fingerprintShift | wholeAt
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
      return budget.decision(allowed: true, ahead: ahead + budget.interval)
    }
  }

  private struct Place {
    var index: Int
    var word: UInt64
    var isFound: Bool
    /// Whether taking it forgets a budget that is not whole.
    var isLive: Bool
  }

  /// The key's place, or the one it should take.
  private func find(_ fingerprint: UInt64, line: Int, now: UInt64, budget: RateLimitBudget) -> Place {
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
