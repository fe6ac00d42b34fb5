/// Computes what can be booked. Listing and booking both go through it, so that a listed start can be
/// booked and an unlisted one cannot.
///
/// A pure value: the clock, the busy times and the zones are handed in. Work is bounded by the days of
/// the query times the hosts.
package struct SlotGenerator: Sendable {
  package let rules: SlotRules
  package let hosts: [SlotHost]

  package init(rules: SlotRules, hosts: [SlotHost]) {
    self.rules = rules
    self.hosts = hosts
  }

  /// The free slots, in order, one per start.
  package func slots(_ query: SlotQuery) -> [Slot] { [] }

  /// `slots(_:)` by date of the booker's zone, days without any left out.
  package func days(_ query: SlotQuery) -> [SlotDay] { [] }

  /// Whether `start` can be booked: `.available` exactly when `slots(_:)` of a query around it lists it.
  package func check(_ start: Instant, zone: ZoneRules, now: Instant) -> SlotVerdict { .notAvailable }

  /// The indices in `hosts` of those who are free for a slot at `start`: the fixed ones and every free
  /// one of the pool; empty when the slot cannot be held.
  package func freeHosts(at start: Instant) -> [Int] { [] }

  /// The time whose busy times have to be loaded before a query can be answered.
  package static func busyRange(for query: SlotQuery, rules: SlotRules, isRoundRobin: Bool) -> Interval {
    Interval(query.from, query.to)
  }

  /// The time in which bookings have to be loaded for the limits of a query.
  package static func limitRange(
    for query: SlotQuery, rules: SlotRules, limits: [BookingLimit], zone: ZoneRules,
    weekStart: Weekday = .sunday
  ) -> Interval {
    Interval(query.from, query.to)
  }
}
