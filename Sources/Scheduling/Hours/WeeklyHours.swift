/// Opening hours of one weekday, in wall time of the schedule's zone.
///
/// An end of 23:59 means midnight; an end at or before the start yields nothing.
package struct WeeklyHours: Hashable, Sendable {
  package let weekday: Weekday
  package let start: ClockTime
  package let end: ClockTime

  package init(_ weekday: Weekday, _ start: ClockTime, _ end: ClockTime) {
    self.weekday = weekday
    self.start = start
    self.end = end
  }
}
