/// When enough units of one resource are there for a new event.
struct ResourceTime {
  /// The time in which enough units are free at each instant: what grids are laid into.
  let free: IntervalSet

  /// Starts at which too few of them stay free throughout. Two rooms that are free one after the other are
  /// no room for an event that spans both: whoever has booked a unit keeps that unit.
  private let blockedStarts: IntervalSet

  init(_ resource: SlotResource, rules: SlotRules) {
    let taken = resource.units.map { unit in
      IntervalSet(merging: unit.lazy.map { $0.blocked(for: rules) })
    }
    let tooMany = taken.count - resource.needed + 1
    let always = IntervalSet(merging: [Interval(.distantPast, .distantFuture)])
    free = always.subtracting(.atLeast(tooMany, of: taken))
    // An event of this length overlaps a busy time when it starts in here.
    let starts = taken.map { unit in
      IntervalSet(merging: unit.intervals.lazy.map { $0.widened(before: rules.length * 60 - 1, after: 0) })
    }
    blockedStarts = .atLeast(tooMany, of: starts)
  }

  func allows(_ start: Instant) -> Bool { !blockedStarts.overlaps(Interval(start, start + 1)) }
}
