/// A stretch of time from `start` up to, not including, `end`. Touching intervals do not overlap.
///
/// `end` at or before `start` is allowed and means empty.
package struct Interval: Hashable, Sendable {
  package var start: Instant
  package var end: Instant

  package init(_ start: Instant, _ end: Instant) {
    self.start = start
    self.end = end
  }

  package var isEmpty: Bool { end <= start }

  /// Elapsed seconds, 0 when empty.
  package var duration: Int { max(0, end - start) }

  package func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }

  package func overlaps(_ other: Interval) -> Bool {
    start < other.end && other.start < end && !isEmpty && !other.isEmpty
  }

  /// Moves the start back by `before` seconds and the end on by `after` seconds.
  package func widened(before: Int, after: Int) -> Interval {
    Interval(start - before, end + after)
  }
}
