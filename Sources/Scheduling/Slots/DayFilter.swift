/// What depends on the days of the booker's zone: a rolling window, the first slot only; then the range
/// that was asked for.
struct DayFilter {
  let rules: SlotRules
  let query: SlotQuery

  /// `slots` are all from the day on that the rules look back to, in order.
  func apply(to slots: [Slot]) -> [Slot] {
    let limit = rules.window.rollingLimit
    guard limit != nil || rules.firstSlotOnly else {
      return slots
    }
    var cursor = DateCursor(zone: query.zone)
    var day: CivilDate?
    var counted = 0
    var kept: [Slot] = []
    for slot in slots {
      let date = cursor.date(at: slot.start)
      let isFirst = date != day
      if isFirst {
        if let limit, counted >= limit { break }
        if rules.window.counts(date) { counted += 1 }
        day = date
      }
      if isFirst || !rules.firstSlotOnly { kept.append(slot) }
    }
    let asked = Interval(query.from, query.to)
    return kept.filter { asked.contains($0.start) }
  }
}

/// Dates of instants that mostly follow each other: a search only when the day or the offset changes.
struct DateCursor {
  private let zone: ZoneRules
  private var current = Interval(.distantPast, .distantPast)
  private var date = CivilDate(daysSince1970: 0)

  init(zone: ZoneRules) {
    self.zone = zone
  }

  mutating func date(at instant: Instant) -> CivilDate {
    if !current.contains(instant) {
      let stretch = zone.stretch(at: instant)
      date = CivilDate(daysSince1970: (instant.seconds + stretch.offset).floorDivided(by: 86_400))
      let midnight = Instant(seconds: date.daysSince1970 * 86_400 - stretch.offset)
      current = Interval(
        max(midnight, stretch.interval.start), min(midnight + 86_400, stretch.interval.end))
    }
    return date
  }
}
