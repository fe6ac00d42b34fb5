import Foundation

/// "The second Sunday of March" or "the last Sunday of October", as an RRULE says it.
struct YearlyRule: Hashable {
  let month: Int
  /// 1 is Sunday.
  let weekday: Int
  /// 1...4 counts from the start of the month, -1 is the last.
  let ordinal: Int

  /// The rule that names each of `transitions`, which must be one a year at the same time of the day and
  /// between the same offsets; `nil` if none does, or fewer than three years are known.
  init?(naming transitions: [Transition]) {
    guard transitions.count >= 3, let first = transitions.first else { return nil }
    let years = transitions.compactMap(\.local.year)
    guard zip(years, years.dropFirst()).allSatisfy({ $1 == $0 + 1 }),
      transitions.allSatisfy({ $0.isLike(first) }),
      let month = first.local.month, let weekday = first.local.weekday
    else { return nil }
    let days = transitions.compactMap(\.local.day)
    if let ordinal = days.first.map({ ($0 - 1) / 7 + 1 }), ordinal < 5,
      days.allSatisfy({ ($0 - 1) / 7 + 1 == ordinal })
    {
      self.ordinal = ordinal
    } else if transitions.allSatisfy(\.isInLastWeek) {
      ordinal = -1
    } else {
      return nil
    }
    self.month = month
    self.weekday = weekday
  }

  var text: String {
    let weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]
    return "FREQ=YEARLY;BYMONTH=\(month);BYDAY=\(ordinal)\(weekdays[weekday - 1])"
  }
}

extension Transition {
  fileprivate func isLike(_ other: Transition) -> Bool {
    let (mine, theirs) = (local, other.local)
    return mine.month == theirs.month && mine.weekday == theirs.weekday && mine.hour == theirs.hour
      && mine.minute == theirs.minute && mine.second == theirs.second
      && offsetBefore == other.offsetBefore && offsetAfter == other.offsetAfter
  }

  fileprivate var isInLastWeek: Bool {
    let week = ICalendarTime.components(date.addingTimeInterval(7 * 86400), offset: offsetBefore)
    return week.month != local.month
  }
}
