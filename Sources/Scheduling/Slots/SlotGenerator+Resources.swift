extension SlotGenerator {
  /// For each of `resources`, the indices of the units that are free for a slot at `start`; take the first
  /// `needed` of them. Fewer than that means that the slot cannot be held.
  package func freeUnits(at start: Instant) -> [[Int]] {
    resources.map { resource in
      resource.units.indices.filter { unit in
        ResourceTime(SlotResource(units: [resource.units[unit]]), rules: rules).allows(start)
      }
    }
  }

  /// The resources that do not have enough units for a slot at `start`.
  func lackingResources(at start: Instant) -> [SlotResource] {
    resources.filter { !ResourceTime($0, rules: rules).allows(start) }
  }
}
