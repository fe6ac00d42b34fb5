extension RoundRobin {
  /// While one of a higher priority is free, none of a lower one is chosen.
  package enum Priority: Int, CaseIterable, Comparable, Sendable {
    case lowest, low, medium, high, highest

    package static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
  }
}
