/// A booking that repeats: every so many weeks, months or years, so many times in all.
///
/// Series keep the wall time, so nine o'clock stays nine o'clock when the clock changes. Values beyond
/// reason are brought within it.
package struct Recurrence: Hashable, Sendable {
  package enum Frequency: CaseIterable, Sendable {
    case weekly, monthly, yearly
  }

  /// No series is longer.
  package static let maximumOccurrences = 1000

  package let frequency: Frequency
  package let interval: Int
  /// The first included.
  package let occurrences: Int

  package init(frequency: Frequency, interval: Int = 1, occurrences: Int) {
    self.frequency = frequency
    self.interval = min(max(interval, 1), 1000)
    self.occurrences = min(max(occurrences, 1), Recurrence.maximumOccurrences)
  }

  /// The first `count` starts, at most `occurrences`: `first` itself, then the same time on the wall of
  /// `zone` on each later date.
  ///
  /// A wall time that the clock jumps over becomes the instant of the jump; of one that comes twice it is
  /// the earlier. Months that have no such day, and years without 29 February, take the last day of the
  /// month; the next one is counted from `first` again, not from there. Ends with the year 9999.
  package func starts(from first: Instant, count: Int, zone: ZoneRules) -> [Instant] {
    let wall = zone.wallSeconds(at: first)
    let date = CivilDate(daysSince1970: wall.floorDivided(by: 86_400))
    let time = wall.modulo(86_400)
    var starts: [Instant] = []
    for index in 0..<max(0, min(count, occurrences)) {
      guard let next = self.date(index, after: date) else { break }
      let start = zone.instants(wallSeconds: next.daysSince1970 * 86_400 + time).first
      // Of a time that comes twice, the first may well be the later.
      starts.append(index == 0 ? first : start)
    }
    return starts
  }

  /// Nil beyond the calendar.
  private func date(_ index: Int, after first: CivilDate) -> CivilDate? {
    switch frequency {
    case .weekly:
      let date = first + 7 * interval * index
      return 1...9999 ~= date.year ? date : nil
    case .monthly: return first.adding(months: interval * index)
    case .yearly: return first.adding(months: 12 * interval * index)
    }
  }
}

extension CivilDate {
  /// The same day of the month so many months on, or the month's last day; nil beyond the calendar.
  fileprivate func adding(months: Int) -> CivilDate? {
    let (year, month, day) = components
    let index = year * 12 + month - 1 + months
    return CivilDate(year: index.floorDivided(by: 12), month: index.modulo(12) + 1, day: 1).map { start in
      min(start + (day - 1), Period.month.dates(around: start, weekStart: .sunday).end - 1)
    }
  }
}
