extension SlotGenerator {
  /// Whether `start` can be booked: `.available` exactly when `slots(_:)` of a query around it lists it.
  ///
  /// With a `grace` (seconds), also when it was listed at most so long ago and is still free and within the
  /// notice: the grid of the hours that are running starts at now, so it moves while somebody fills in a
  /// form.
  package func check(_ start: Instant, zone: ZoneRules, now: Instant, grace: Int = 0) -> SlotVerdict {
    let query = SlotQuery(start: start, zone: zone, now: now)
    for shownBefore in stride(from: 0, through: max(0, grace), by: 60) {
      if let slot = slots(query, gridNow: now - shownBefore).first {
        return .available(seatsTaken: slot.seatsTaken)
      }
    }
    return refusal(query)
  }

  /// The indices in `hosts` of those who are free for a slot at `start`: the fixed ones and every free
  /// one of the pool; empty when the slot cannot be held.
  package func freeHosts(at start: Instant) -> [Int] {
    let event = event(at: start)
    let free = hosts.indices.filter { HostTime(hosts[$0], rules: rules, over: event).canTake(event) }
    let fixed = hosts.indices.filter { hosts[$0].role != .pool }
    guard fixed.allSatisfy(free.contains), !isRoundRobin || free.count > fixed.count,
      lackingResources(at: start).isEmpty
    else { return [] }
    return free.filter { hosts[$0].role != .premises }
  }

  private func event(at start: Instant) -> Interval { Interval(start, start + rules.length * 60) }

  /// Why a start that is not listed is not.
  private func refusal(_ query: SlotQuery) -> SlotVerdict {
    let start = query.from
    if start <= query.now { return .inThePast }
    if !rules.bounds(now: query.now, zone: query.zone).contains(start) { return .outOfBounds }
    let pool = hosts.filter { $0.role == .pool }.map { obstacle(of: $0, at: start) }
    var obstacles = hosts.filter { $0.role != .pool }.map { obstacle(of: $0, at: start) }
    // One free host of the pool is enough; then the pool is not the reason.
    if let least = pool.min(by: { $0.weight < $1.weight }), least != .none {
      obstacles.append(pool.max { $0.weight < $1.weight } ?? least)
    }
    obstacles += lackingResources(at: start).map { obstacle(of: $0, at: start) }
    switch obstacles.max(by: { $0.weight < $1.weight }) ?? .closed {
    case .seatsFull: return .seatsFull
    case .taken: return .slotTaken
    case .reserved(let until): return .reserved(until: until)
    case .limit: return .limitReached
    case .closed: return .notAvailable
    case .none: return isListedWithoutWindow(query) ? .outOfBounds : .notAvailable
    }
  }

  /// A rolling window cannot be told from the date alone.
  private func isListedWithoutWindow(_ query: SlotQuery) -> Bool {
    guard rules.window.isRolling else { return false }
    return !SlotGenerator(rules: rules.withoutWindow, hosts: hosts, resources: resources).slots(query).isEmpty
  }

  /// Bookings are the reason when there are too few units without the reservations, too.
  private func obstacle(of resource: SlotResource, at start: Instant) -> Obstacle {
    var held: [Instant] = []
    let booked = resource.units.map { unit in
      unit.filter { busy in
        guard case .reservation(_, let until) = busy.kind else { return true }
        if busy.blocked(for: rules).overlaps(event(at: start)) { held.append(until) }
        return false
      }
    }
    let withoutHolds = ResourceTime(SlotResource(units: booked, needed: resource.needed), rules: rules)
    guard withoutHolds.allows(start), let until = held.min() else { return .taken }
    return .reserved(until: until)
  }

  private func obstacle(of host: SlotHost, at start: Instant) -> Obstacle {
    let event = event(at: start)
    let overlapping = host.busy.filter { $0.interval.overlaps(event) }
    let reasons = overlapping.map { busy -> Obstacle in
      switch busy.kind {
      case .seats where busy.interval == event: .seatsFull
      case .booking, .seats, .external: .taken
      case .reservation(_, let until): .reserved(until: until)
      case .outOfOffice: .closed
      }
    }
    if let reason = reasons.max(by: { $0.weight < $1.weight }) { return reason }
    let time = HostTime(host, rules: rules, over: event)
    if time.canTake(event) { return .none }
    return time.open.covers(event) && time.limited.overlaps(event) ? .limit : .closed
  }
}

/// What keeps one host, or one resource, from a slot.
private enum Obstacle: Equatable {
  case none, closed, limit
  case reserved(until: Instant)
  case taken, seatsFull

  /// The plainest reason wins when there are several.
  var weight: Int {
    switch self {
    case .none: 0
    case .closed: 1
    case .limit: 2
    case .reserved: 3
    case .taken: 4
    case .seatsFull: 5
    }
  }
}
