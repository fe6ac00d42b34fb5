/// The time of one host: when open, when limited, and what is left free for a new event.
struct HostTime {
  let open: IntervalSet
  let limited: IntervalSet
  let free: IntervalSet

  init(_ host: SlotHost, rules: SlotRules, over range: Interval) {
    open = host.schedule.open(touching: range)
    limited = IntervalSet(merging: host.limits.flatMap { $0.reached(by: rules.length) })
    let hours = open.hull
    // What lies elsewhere need not be sorted: a check of one start meets few of a month's busy times.
    let blocked = host.busy.lazy.map { $0.blocked(for: rules) }.filter { $0.overlaps(hours) }
    let busy = IntervalSet(merging: Array(blocked) + limited.intervals)
    free = open.subtracting(busy)
  }

  /// By the same tolerance of a second as the grid's.
  func canTake(_ event: Interval) -> Bool {
    free.covers(Interval(event.start, event.end - SlotGrid.tolerance))
  }

  /// Whether the host is still there for a booking that exists: open, and nothing else in its time.
  func canHold(_ booking: BusyTime, besides busy: [BusyTime]) -> Bool {
    open.covers(booking.interval)
      && !busy.contains { $0 != booking && $0.interval.overlaps(booking.interval) }
  }
}

extension BusyTime {
  /// What a new event itself must stay out of, so that the buffers of both keep clear.
  func blocked(for rules: SlotRules) -> Interval {
    switch kind {
    case .booking(let occupied), .seats(let occupied, _), .reservation(let occupied, _):
      occupied.widened(before: rules.afterBuffer * 60, after: rules.beforeBuffer * 60)
    case .external:
      interval.widened(before: rules.afterBuffer * 60, after: rules.beforeBuffer * 60)
    case .outOfOffice:
      interval
    }
  }
}
