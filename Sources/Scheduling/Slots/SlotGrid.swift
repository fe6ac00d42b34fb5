/// Lays starts into free ranges, which come in order of their start.
///
/// A range starts its grid at its own start, rounded up on the booker's clock. A range that overlaps
/// earlier ones (several hosts of a pool) goes on with the grid that is already laid.
struct SlotGrid {
  /// Seconds that a slot may reach beyond the end of a range, so that an end of 23:59:59 is midnight.
  static let tolerance = 1

  private let length: Int
  private let step: Int
  private let alignment: Int
  private let offset: Int
  private let earliest: Instant
  private let zone: ZoneRules
  private let wanted: Interval?

  private var finished: [Instant] = []
  /// The grid of ranges that overlap one after the other, in order.
  private var current: [Instant] = []
  private var coveredUntil = Instant.distantPast
  private var week = Instant.distantPast

  /// `earliest` is now plus the notice. Of ranges that do not overlap, starts outside of `wanted` may be left out.
  init(rules: SlotRules, zone: ZoneRules, earliest: Instant, wanted: Interval? = nil) {
    self.wanted = wanted
    let interval = rules.slotInterval ?? rules.length
    length = rules.length * 60
    step = (interval + rules.offsetStart) * 60
    offset = rules.offsetStart * 60
    alignment = ([60, 30, 20, 15, 10, 5].first { interval.isMultiple(of: $0) } ?? 1) * 60
    self.earliest = earliest
    self.zone = zone
  }

  mutating func lay(_ range: FreeRange) {
    beginAnewUnlessOverlapping(range.starts)
    var start = firstStart(in: range.starts)
    var last = min(range.starts.end - 1, range.limit + SlotGrid.tolerance - length)
    if let wanted {
      last = min(last, wanted.end - 1)
      if start < wanted.start { start = start + (wanted.start - start + step - 1) / step * step }
    }
    if start > last { return }
    // The start before is on the list already, so whether it lies in this range too makes no difference.
    if let previous = current.last(before: start), previous + step > start { start = previous + step }
    // Rounding down to the minute can put the first start before the range.
    while start < range.starts.start { start = start + step }
    current.insert(from: start, through: last, by: step)
  }

  consuming func starts() -> [Instant] {
    finish()
    return finished
  }

  /// A grid must not depend on how far back somebody looked. A chain of overlapping ranges can be endless,
  /// so it is cut once a week, on Sunday at midnight UTC, when the fewest people have hours.
  static func weekStart(before instant: Instant) -> Instant {
    let sunday = 3 * 86_400
    return Instant(seconds: (instant.seconds - sunday).floorDivided(by: 604_800) * 604_800 + sunday)
  }

  private mutating func beginAnewUnlessOverlapping(_ range: Interval) {
    let weekOfRange = SlotGrid.weekStart(before: range.start)
    if range.start < coveredUntil, weekOfRange == week {
      coveredUntil = max(coveredUntil, range.end)
    } else {
      finish()
      coveredUntil = range.end
      week = weekOfRange
    }
  }

  private mutating func finish() {
    if let last = finished.last, let first = current.first, first <= last {
      finished.merge(current)
    } else {
      finished.append(contentsOf: current)
    }
    current.removeAll(keepingCapacity: true)
  }

  /// The range's start or the earliest, seconds dropped, rounded up on the booker's clock, then offset.
  private func firstStart(in range: Interval) -> Instant {
    var start = max(range.start, earliest)
    var rounded = roundedUp(start - zone.wallSeconds(at: start).modulo(60))
    // When the clock changes in between, the full hour is another one: round again.
    while rounded != start {
      start = rounded
      rounded = roundedUp(start)
    }
    return start + offset
  }

  private func roundedUp(_ instant: Instant) -> Instant {
    instant + (-zone.wallSeconds(at: instant)).modulo(alignment)
  }
}

extension [Instant] {
  /// The greatest element below `instant`; the array is in order.
  fileprivate func last(before instant: Instant) -> Instant? {
    let index = firstIndex(notBefore: instant)
    return index > 0 ? self[index - 1] : nil
  }

  /// Adds first, first + step, ... up to last; those that are here already stay single.
  fileprivate mutating func insert(from first: Instant, through last: Instant, by step: Int) {
    var new: [Instant] = []
    var start = first
    if let end = self.last, start <= end {
      var index = firstIndex(notBefore: start)
      while start <= end, start <= last {
        while self[index] < start { index += 1 }
        if self[index] != start { new.append(start) }
        start = start + step
      }
    }
    if !new.isEmpty { merge(new) }
    while start <= last {
      append(start)
      start = start + step
    }
  }

  /// Merges another ordered array into this one without doubles, touching only the tail that is concerned.
  fileprivate mutating func merge(_ other: [Instant]) {
    guard let first = other.first else { return }
    let tail = self[firstIndex(notBefore: first)...]
    var merged: [Instant] = []
    merged.reserveCapacity(tail.count + other.count)
    var (left, right) = (tail.startIndex, 0)
    while left < tail.endIndex || right < other.count {
      let takesLeft = right == other.count || (left < tail.endIndex && tail[left] <= other[right])
      let next = takesLeft ? tail[left] : other[right]
      if takesLeft { left += 1 } else { right += 1 }
      if merged.last != next { merged.append(next) }
    }
    replaceSubrange(tail.startIndex..., with: merged)
  }

  private func firstIndex(notBefore instant: Instant) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
