package import Foundation

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// All scheduling is done on these integers; nothing here reads a clock.
package struct Instant: Comparable, Hashable, Sendable {
  package let seconds: Int

  package init(seconds: Int) {
    self.seconds = seconds
  }

  /// Rounds down to the whole second.
  package init(_ date: Date) {
    seconds = Int(date.timeIntervalSince1970.rounded(.down))
  }

  package var date: Date { Date(timeIntervalSince1970: Double(seconds)) }

  package static func < (left: Instant, right: Instant) -> Bool { left.seconds < right.seconds }

  /// Elapsed seconds, not wall time.
  package static func + (instant: Instant, seconds: Int) -> Instant {
    Instant(seconds: instant.seconds + seconds)
  }

  package static func - (instant: Instant, seconds: Int) -> Instant {
    Instant(seconds: instant.seconds - seconds)
  }

  /// The elapsed seconds from `right` to `left`.
  package static func - (left: Instant, right: Instant) -> Int { left.seconds - right.seconds }
}
