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
    week = Weekday.allCases.map { weekday in
      WallRange.merged(hours.lazy.filter { $0.weekday == weekday }.map { ($0.start, $0.end) })
    }
    self.overrides = Dictionary(grouping: overrides, by: \.date).mapValues { day in
      WallRange.merged(day.lazy.map { ($0.start, $0.end) })
    }
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
  let start: Int
  var end: Int

  /// Joined where they overlap or touch; empty and inverted ones left out.
  static func merged(_ times: some Sequence<(ClockTime, ClockTime)>) -> [WallRange] {
    var merged: [WallRange] = []
    for next in times.map(WallRange.init).filter({ $0.start < $0.end }).sorted(by: { $0.start < $1.start }) {
      if let last = merged.last, next.start <= last.end {
        merged[merged.count - 1].end = max(last.end, next.end)
      } else {
        merged.append(next)
      }
    }
    return merged
  }

  private init(_ start: ClockTime, _ end: ClockTime) {
    self.start = start.minuteOfDay * 60
    self.end = end.minuteOfDay == 24 * 60 - 1 ? 86_400 : end.minuteOfDay * 60
  }
}
