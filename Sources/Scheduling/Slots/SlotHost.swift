/// One person whose time a slot takes, with everything that is known of their time; or the place.
package struct SlotHost: Sendable {
  package enum Role: Sendable {
    /// Needed in every slot: the only host, a member of a collective, a fixed host of a round robin.
    case fixed
    /// One of those of whom one is enough.
    case pool
    /// Not a person but the business: its opening hours are `schedule`, its closures and holidays are
    /// `BusyTime.closed(from:through:in:)`. Needed in every slot, and to join one with seats; never among
    /// the hosts that a booking gets. Without opening hours, give the closures to the hosts instead.
    case premises
  }

  package let role: Role
  package let schedule: WeeklySchedule
  /// In any order; at least all that lies in `SlotGenerator.busyRange(for:)`.
  package let busy: [BusyTime]
  package let limits: [LimitUse]

  package init(
    role: Role = .fixed, schedule: WeeklySchedule, busy: [BusyTime] = [], limits: [LimitUse] = []
  ) {
    self.role = role
    self.schedule = schedule
    self.busy = busy
    self.limits = limits
  }
}
