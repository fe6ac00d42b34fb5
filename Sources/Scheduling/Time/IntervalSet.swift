/// Stretches of time in order, none overlapping another.
///
/// Touching neighbours stay apart, because the seam between two days is where a slot grid starts anew;
/// `init(merging:)` and `union` join them. Every operation is one pass over both sides.
package struct IntervalSet: Equatable, Sendable {
  package private(set) var intervals: [Interval] = []

  package init() {}

  /// Any intervals in any order: empty ones are dropped, overlapping and touching ones joined.
  package init(merging intervals: some Sequence<Interval>) {
    self.init(intervals, joiningTouching: true)
  }

  /// Like `init(merging:)`, but touching intervals stay apart.
  package init(keepingSeams intervals: some Sequence<Interval>) {
    self.init(intervals, joiningTouching: false)
  }

  private init(_ unordered: some Sequence<Interval>, joiningTouching: Bool) {
    intervals = unordered.filter { !$0.isEmpty }
    if !intervals.isSortedByStart { intervals.sort { $0.start < $1.start } }
    var kept = 0
    for next in intervals {
      if kept > 0,
        next.start < intervals[kept - 1].end || (joiningTouching && next.start == intervals[kept - 1].end)
      {
        intervals[kept - 1].end = max(intervals[kept - 1].end, next.end)
      } else {
        intervals[kept] = next
        kept += 1
      }
    }
    intervals.removeLast(intervals.count - kept)
  }

  /// From the first start to the last end; empty for an empty set.
  package var hull: Interval {
    guard let first = intervals.first, let last = intervals.last else {
      return Interval(.distantPast, .distantPast)
    }
    return Interval(first.start, last.end)
  }

  /// All of both, overlapping and touching intervals joined.
  package func union(_ other: IntervalSet) -> IntervalSet {
    IntervalSet(merging: intervals + other.intervals)
  }

  /// What lies in both; seams of both sides stay. Intervals that only touch have nothing in common.
  package func intersection(_ other: IntervalSet) -> IntervalSet {
    var result = IntervalSet()
    var left = 0
    var right = 0
    while left < intervals.count, right < other.intervals.count {
      let (mine, its) = (intervals[left], other.intervals[right])
      let common = Interval(max(mine.start, its.start), min(mine.end, its.end))
      if !common.isEmpty { result.intervals.append(common) }
      if mine.end <= its.end { left += 1 }
      if its.end <= mine.end { right += 1 }
    }
    return result
  }

  /// What lies here and not in `other`.
  package func subtracting(_ other: IntervalSet) -> IntervalSet {
    if other.intervals.isEmpty { return self }
    var result = IntervalSet()
    result.intervals.reserveCapacity(intervals.count + other.intervals.count)
    var first = 0
    for interval in intervals {
      while first < other.intervals.count, other.intervals[first].end <= interval.start { first += 1 }
      var start = interval.start
      var next = first
      while next < other.intervals.count, other.intervals[next].start < interval.end {
        let hole = other.intervals[next]
        if start < hole.start { result.intervals.append(Interval(start, hole.start)) }
        start = max(start, hole.end)
        next += 1
      }
      if start < interval.end { result.intervals.append(Interval(start, interval.end)) }
    }
    return result
  }

  /// Whether one connected stretch (touching neighbours count as connected) holds all of `interval`.
  package func covers(_ interval: Interval) -> Bool {
    var reached = interval.start
    for index in firstIndex(endingAfter: interval.start)..<intervals.count {
      if intervals[index].start > reached { return false }
      reached = intervals[index].end
      if reached >= interval.end { return true }
    }
    return interval.isEmpty
  }

  package func overlaps(_ interval: Interval) -> Bool {
    let index = firstIndex(endingAfter: interval.start)
    return index < intervals.count && intervals[index].overlaps(interval)
  }

  private func firstIndex(endingAfter instant: Instant) -> Int {
    var low = 0
    var high = intervals.count
    while low < high {
      let middle = (low + high) / 2
      if intervals[middle].end <= instant { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension [Interval] {
  fileprivate var isSortedByStart: Bool {
    for index in indices.dropFirst() where self[index].start < self[index - 1].start { return false }
    return true
  }
}
