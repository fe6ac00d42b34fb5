/// Hours that replace the weekly ones on one date; several of one date add up.
///
/// 00:00-00:00 is a day off, and so is any other end at or before its start. 23:59 means midnight.
package struct DateOverride: Hashable, Sendable {
  package let date: CivilDate
  package let start: ClockTime
  package let end: ClockTime

  package init(_ date: CivilDate, _ start: ClockTime, _ end: ClockTime) {
    self.date = date
    self.start = start
    self.end = end
  }
}
