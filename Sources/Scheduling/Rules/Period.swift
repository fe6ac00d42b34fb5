/// The calendar periods that limits count by.
package enum Period: CaseIterable, Sendable {
  case day, week, month, year

  /// The period that has `date`: its first date, and the first date after it.
  func dates(around date: CivilDate, weekStart: Weekday) -> (first: CivilDate, end: CivilDate) {
    switch self {
    case .day:
      return (date, date + 1)
    case .week:
      let first = date - (date.weekday.rawValue - weekStart.rawValue).modulo(7)
      return (first, first + 7)
    case .month:
      let first = date - (date.day - 1)
      // No month is longer than 31 days, so 31 days on is always in the next.
      let inNext = first + 31
      return (first, inNext - (inNext.day - 1))
    case .year:
      let first = CivilDate.firstOfYear(date.year)
      return (first, CivilDate.firstOfYear(date.year + 1))
    }
  }
}

extension CivilDate {
  fileprivate static func firstOfYear(_ year: Int) -> CivilDate {
    let before = year - 1
    return CivilDate(
      daysSince1970: before * 365 + before.floorDivided(by: 4) - before.floorDivided(by: 100)
        + before.floorDivided(by: 400) - 719_162)
  }
}
