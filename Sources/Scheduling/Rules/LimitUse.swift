/// Limits together with the bookings that they count: those of one event type, or of a whole team.
package struct LimitUse: Sendable {
  package let limits: [BookingLimit]
  /// Every counted booking that starts in a period the query touches, without buffers.
  package let bookings: [Interval]
  /// The zone whose days, weeks, months and years are meant: that of the schedule that applies.
  package let zone: ZoneRules
  package let weekStart: Weekday

  package init(
    limits: [BookingLimit], bookings: [Interval], zone: ZoneRules, weekStart: Weekday = .sunday
  ) {
    self.limits = limits
    self.bookings = bookings
    self.zone = zone
    self.weekStart = weekStart
  }
}
