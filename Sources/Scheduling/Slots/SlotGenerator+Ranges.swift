extension SlotGenerator {
  /// The time whose busy times have to be loaded before a query can be answered: all those whose occupied
  /// time (buffers included) overlaps it.
  package static func busyRange(for query: SlotQuery, rules: SlotRules, isRoundRobin: Bool) -> Interval {
    SlotSpan(query, rules: rules, isRoundRobin: isRoundRobin).hours
      .widened(before: SlotSpan.longestDay + rules.beforeBuffer * 60, after: rules.afterBuffer * 60)
  }

  /// The time in which bookings have to be loaded for the limits of a query: all those that start in it.
  package static func limitRange(
    for query: SlotQuery, rules: SlotRules, limits: [BookingLimit], isRoundRobin: Bool, zone: ZoneRules,
    weekStart: Weekday = .sunday
  ) -> Interval {
    let hours = SlotSpan(query, rules: rules, isRoundRobin: isRoundRobin).hours
      .widened(before: SlotSpan.longestDay, after: 0)
    let periods = limits.map(\.period)
    let first = periods.map { $0.dates(around: zone.date(at: hours.start), weekStart: weekStart).first }.min()
    let last = periods.map { $0.dates(around: zone.date(at: hours.end), weekStart: weekStart).end }.max()
    guard let first, let last else { return Interval(hours.start, hours.start) }
    return Interval(zone.startOfDay(first), zone.startOfDay(last))
  }
}
