extension RoundRobin {
  /// A host who could take a booking, with what was given to them before. Values beyond reason are brought
  /// within it.
  package struct Candidate: Hashable, Sendable {
    package let hostID: Int
    package let priority: Priority
    /// 1 ... 1000, 100 as a rule: of two hosts, one with twice the weight gets twice the bookings.
    package let weight: Int
    /// Bookings given to them so far, as counted for this event type.
    package let assigned: Int
    /// When the last of them was given, not when it takes place; nil when there was none.
    package let lastAssigned: Instant?

    package init(
      hostID: Int, priority: Priority = .medium, weight: Int = 100, assigned: Int,
      lastAssigned: Instant? = nil
    ) {
      self.hostID = hostID
      self.priority = priority
      self.weight = Candidate.bounded(weight: weight)
      // So many at most that no product with a weight, and no sum of a million hosts, overflows.
      self.assigned = min(max(assigned, 0), 1 << 40)
      self.lastAssigned = lastAssigned
    }

    static func bounded(weight: Int) -> Int { min(max(weight, 1), 1000) }
  }
}
