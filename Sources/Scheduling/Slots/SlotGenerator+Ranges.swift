extension SlotGenerator {
  /// The time whose busy times have to be loaded before a query can be answered: all those whose occupied
  /// time (buffers included) overlaps it. It begins with the hours that run at the first start: everybody of `schedules`
  /// is needed, so the grid begins anew with the last of them to open. Without them, as far back as any hours reach.
  package static func busyRange(
    for query: SlotQuery, rules: SlotRules, isRoundRobin: Bool, schedules: [WeeklySchedule] = []
  ) -> Interval {
    let hours = SlotSpan(query, rules: rules, isRoundRobin: isRoundRobin).hours
    let opening =
      isRoundRobin ? nil : schedules.map { $0.opening(before: hours.start) }.max()
    return Interval(opening ?? hours.start - SlotSpan.longestDay, hours.end)
      .widened(before: rules.beforeBuffer * 60, after: rules.afterBuffer * 60)
  }

  /// For a query of one start: of the bookings and holds that end by then, only the end of the last matters, because
  /// the grid begins anew there. Nil where more of the day decides.
  package static func lastSeam(for query: SlotQuery, rules: SlotRules, isRoundRobin: Bool) -> Instant? {
    guard query.to == query.from + 1, !isRoundRobin, !rules.window.isRolling, !rules.firstSlotOnly,
      rules.seats == nil
    else { return nil }
    return query.from - rules.beforeBuffer * 60
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
