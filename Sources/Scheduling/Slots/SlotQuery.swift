/// Which slots are asked for: those that start from `from` up to, not including, `to`.
package struct SlotQuery: Sendable {
  /// Longer ranges are cut to this; callers refuse them before.
  package static let maximumDays = 366

  package let from: Instant
  package let to: Instant
  /// The booker's zone: the grid, the days and the booking window follow it.
  package let zone: ZoneRules
  package let now: Instant

  package init(from: Instant, to: Instant, zone: ZoneRules, now: Instant) {
    self.from = from
    self.to = min(to, from + SlotQuery.maximumDays * 86_400)
    self.zone = zone
    self.now = now
  }

  /// Asks for one start.
  package init(start: Instant, zone: ZoneRules, now: Instant) {
    self.init(from: start, to: start + 1, zone: zone, now: now)
  }
}
