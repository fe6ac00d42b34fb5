/// The offsets of one time zone from 1970 through 2100, as integers that are looked up, never computed.
///
/// Outside those years the nearest known offset goes on. Get one from `ZoneRules.named(_:)`; instances are
/// shared and immutable.
package final class ZoneRules: Sendable {
  /// A stretch of time with one offset.
  package struct Stretch: Sendable {
    /// From `start` up to, not including, `end`.
    package let interval: Interval
    /// Seconds east of UTC.
    package let offset: Int
  }

  /// As it was asked for, aliases included.
  package let identifier: String

  /// In order, touching, from the distant past to the distant future.
  private let stretches: [Stretch]

  /// Transitions as (instant, seconds east of UTC from then on), in order.
  init(identifier: String, initialOffset: Int, transitions: [(at: Instant, offset: Int)]) {
    self.identifier = identifier
    var stretches: [Stretch] = []
    var (start, offset) = (Instant.distantPast, initialOffset)
    for transition in transitions {
      stretches.append(Stretch(interval: Interval(start, transition.at), offset: offset))
      (start, offset) = transition
    }
    stretches.append(Stretch(interval: Interval(start, .distantFuture), offset: offset))
    self.stretches = stretches
  }

  /// Seconds east of UTC.
  package func offset(at instant: Instant) -> Int { stretch(at: instant).offset }

  /// The offset together with how long it holds, so that neighbouring questions need no second search.
  package func stretch(at instant: Instant) -> Stretch { stretches[index(at: instant)] }

  /// When clocks change, in order: the ends of every stretch but the last.
  package var transitions: [Instant] { stretches.dropLast().map(\.interval.end) }

  /// Seconds of the wall clock since 1970-01-01T00:00 local.
  package func wallSeconds(at instant: Instant) -> Int { instant.seconds + offset(at: instant) }

  package func date(at instant: Instant) -> CivilDate {
    CivilDate(daysSince1970: wallSeconds(at: instant).floorDivided(by: 86_400))
  }

  /// The first instant of a date; of a date that the zone skipped, the instant of the skip.
  package func startOfDay(_ date: CivilDate) -> Instant {
    let midnight = date.daysSince1970 * 86_400
    switch instants(wallSeconds: midnight) {
    case .once(let instant), .twice(let instant, _), .never(let instant): return instant
    }
  }

  /// From the first instant of a date to the first of the next: 23, 24 or 25 hours as a rule.
  package func day(_ date: CivilDate) -> Interval {
    Interval(startOfDay(date), startOfDay(date + 1))
  }

  /// When the wall clock shows this time.
  package func instants(wallSeconds wall: Int) -> WallTimeInstants {
    var found: Instant?
    for index in indices(aroundWall: wall, wall) {
      let stretch = stretches[index]
      let instant = Instant(seconds: wall - stretch.offset)
      if stretch.interval.contains(instant) {
        if let found { return .twice(found, instant) }
        found = instant
      } else if found == nil, instant < stretch.interval.start {
        // Too late by the clock before, too early by this one: the clock jumped over it.
        return .never(stretch.interval.start)
      }
    }
    return .once(found ?? Instant(seconds: wall - stretches[stretches.count - 1].offset))
  }

  /// Appends every instant whose wall clock is within start ..< end, as few intervals as there are.
  ///
  /// This needs no rule for gaps and overlaps: hours inside a gap yield nothing, hours that occur twice
  /// yield both.
  package func appendInstants(wall start: Int, _ end: Int, to intervals: inout [Interval]) {
    let ownFrom = intervals.count
    for index in indices(aroundWall: start, end) {
      let stretch = stretches[index]
      let from = max(stretch.interval.start, Instant(seconds: start - stretch.offset))
      let to = min(stretch.interval.end, Instant(seconds: end - stretch.offset))
      guard from < to else { continue }
      if intervals.count > ownFrom, intervals[intervals.count - 1].end == from {
        intervals[intervals.count - 1].end = to
      } else {
        intervals.append(Interval(from, to))
      }
    }
  }

  /// The stretches that can show wall times from `start` to `end`: offsets are less than a day.
  private func indices(aroundWall start: Int, _ end: Int) -> ClosedRange<Int> {
    let first = index(at: Instant(seconds: start - 86_400))
    var last = first
    let limit = Instant(seconds: end + 86_400)
    while last + 1 < stretches.count, stretches[last + 1].interval.start <= limit { last += 1 }
    return first...last
  }

  private func index(at instant: Instant) -> Int {
    var low = 0
    var high = stretches.count - 1
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].interval.end <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// When a wall clock shows a time.
package enum WallTimeInstants: Equatable, Sendable {
  case once(Instant)
  /// The clock was put back over it: the earlier and the later instant.
  case twice(Instant, Instant)
  /// The clock jumped over it at this instant.
  case never(Instant)

  /// The rule for a single answer, as calendars do it: of two the earlier; out of a gap, the jump itself.
  package var first: Instant {
    switch self {
    case .once(let instant), .twice(let instant, _), .never(let instant): instant
    }
  }
}

extension Instant {
  /// Before and after everything that a request can name; far enough from overflow to be added to.
  static let distantPast = Instant(seconds: -1 << 48)
  static let distantFuture = Instant(seconds: 1 << 48)
}
