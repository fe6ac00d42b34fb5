/// When somebody works: weekly hours, overrides for single dates, and travel.
///
/// Hours are wall time. An instant is open exactly when the wall clock then shows a time within the
/// hours of the date then, so days of 23 and 25 hours need no rules of their own.
package struct WeeklySchedule: Sendable {
  package let zone: ZoneRules
  private let week: [[WallRange]]
  private let overrides: [CivilDate: [WallRange]]
  private let travel: [TravelPeriod]

  package init(
    zone: ZoneRules, hours: [WeeklyHours], overrides: [DateOverride] = [], travel: [TravelPeriod] = []
  ) {
    self.zone = zone
    self.travel = travel
    var week = [[WallRange]](repeating: [], count: Weekday.allCases.count)
    for day in hours { week[day.weekday.rawValue].add(WallRange(day.start, day.end)) }
    self.week = week
    var dates: [CivilDate: [WallRange]] = [:]
    for day in overrides { dates[day.date, default: []].add(WallRange(day.start, day.end)) }
    self.overrides = dates
  }

  /// When the hours that run at `instant` began; `instant` itself when none do.
  func opening(before instant: Instant) -> Instant {
    open(touching: Interval(instant, instant + 1)).intervals.first.map { min($0.start, instant) } ?? instant
  }

  /// The open hours that touch `range`, uncut, with a seam at each midnight of the zone.
  package func open(touching range: Interval) -> IntervalSet {
    // Two days more on either side: a zone of travel may be a calendar day away.
    let margin = travel.isEmpty ? 1 : 2
    let last = zone.date(at: range.end) + margin
    var date = zone.date(at: range.start) - margin
    var open: [Interval] = []
    open.reserveCapacity(max(0, last - date + 1))
    while date <= last {
      let zone = travel.first { $0.contains(date) }?.zone ?? zone
      let dayFrom = open.count
      for hours in overrides[date] ?? week[date.weekday.rawValue] {
        let midnight = date.daysSince1970 * 86_400
        zone.appendInstants(wall: midnight + hours.start, midnight + hours.end, to: &open)
      }
      if open.count - dayFrom > 1 {
        // Where the clock is put back, hours apart on the wall can touch: a day has no seam within.
        open.replaceSubrange(dayFrom..., with: IntervalSet(merging: open[dayFrom...]).intervals)
      }
      date = date + 1
    }
    open.removeAll { $0.end <= range.start || range.end <= $0.start }
    return IntervalSet(keepingSeams: open)
  }
}

/// Seconds of the wall clock since midnight.
private struct WallRange {
  var start: Int
  var end: Int

  init(_ start: ClockTime, _ end: ClockTime) {
    self.start = start.minuteOfDay * 60
    self.end = end.minuteOfDay == 24 * 60 - 1 ? 86_400 : end.minuteOfDay * 60
  }
}

extension [WallRange] {
  /// Keeps the ranges in order, and joins those that overlap or touch; an empty or inverted one is left out.
  fileprivate mutating func add(_ new: WallRange) {
    guard new.start < new.end else { return }
    let first = firstIndex { $0.end >= new.start } ?? count
    let end = self[first...].firstIndex { $0.start > new.end } ?? count
    if first == end { return insert(new, at: first) }
    self[first].start = Swift.min(self[first].start, new.start)
    self[first].end = Swift.max(self[end - 1].end, new.end)
    removeSubrange(first + 1..<end)
  }
}
