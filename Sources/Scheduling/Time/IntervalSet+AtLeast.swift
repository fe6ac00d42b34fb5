extension IntervalSet {
  /// The time in which at least `count` of `sets` overlap, joined where it touches; all of time for a
  /// `count` below 1.
  ///
  /// Of q units with k needed at once, there are too few when at least q - k + 1 are taken. That tells what
  /// is free at an instant, not whether the same unit stays free for the length of an event: `SlotResource` does.
  package static func atLeast(_ count: Int, of sets: [IntervalSet]) -> IntervalSet {
    if count < 1 { return IntervalSet(merging: [Interval(.distantPast, .distantFuture)]) }
    let starts = sets.flatMap { $0.intervals.lazy.map(\.start) }.sorted()
    let ends = sets.flatMap { $0.intervals.lazy.map(\.end) }.sorted()
    guard count <= starts.count else { return IntervalSet() }
    // From the start of one that is at least the `count`th to begin, until fewer than `count` are left of
    // those that began by then; empty when that is over already. What begins meanwhile goes on from there.
    return IntervalSet(merging: (count - 1..<starts.count).map { Interval(starts[$0], ends[$0 + 1 - count]) })
  }
}
