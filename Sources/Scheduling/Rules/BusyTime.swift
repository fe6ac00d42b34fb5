/// A time at which a host cannot be booked, and why; the why decides which buffers apply.
package struct BusyTime: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// A booking of any event type: `interval` is the event itself, `occupied` includes its own buffers.
    case booking(occupied: Interval)
    /// A booking of the event type asked for, which has seats: joined at its own start until it is full.
    case seats(occupied: Interval, taken: Int)
    /// Somebody holds the time until then; `occupied` includes the buffers of what is held.
    case reservation(occupied: Interval, until: Instant)
    /// Another calendar: only the buffers of the new event count.
    case external
    /// Like closed hours: buffers may reach into it.
    case outOfOffice
  }

  package let interval: Interval
  package let kind: Kind

  package init(_ interval: Interval, _ kind: Kind) {
    self.interval = interval
    self.kind = kind
  }

  /// Nobody works on these dates of `zone`, both included: a holiday, a closure.
  package static func closed(from first: CivilDate, through last: CivilDate, in zone: ZoneRules) -> BusyTime {
    BusyTime(Interval(zone.startOfDay(first), zone.startOfDay(last + 1)), .outOfOffice)
  }
}
