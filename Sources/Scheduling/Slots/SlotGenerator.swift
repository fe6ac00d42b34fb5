/// Computes what can be booked. Listing and booking both go through it, so that a listed start can be
/// booked and an unlisted one cannot.
///
/// A pure value: the clock, the busy times and the zones are handed in. Work is bounded by the days of
/// the query times the hosts. What is free at an instant never depends on the range that is asked for.
package struct SlotGenerator: Sendable {
  package let rules: SlotRules
  package let hosts: [SlotHost]
  /// All are needed, whichever host takes the slot.
  package let resources: [SlotResource]

  package init(rules: SlotRules, hosts: [SlotHost], resources: [SlotResource] = []) {
    self.rules = rules
    self.hosts = hosts
    self.resources = resources
  }

  /// The free slots, in order, one per start.
  package func slots(_ query: SlotQuery) -> [Slot] {
    slots(query, gridNow: query.now)
  }

  /// `slots(_:)` by date of the booker's zone, days without any left out.
  package func days(_ query: SlotQuery) -> [SlotDay] {
    let slots = slots(query)
    var cursor = DateCursor(zone: query.zone)
    return slots.chunked { cursor.date(at: $0.start) }
  }

  /// `gridNow` is the clock that the grid is laid by: now, or what now was when a list was shown.
  func slots(_ query: SlotQuery, gridNow: Instant) -> [Slot] {
    let bounds = rules.bounds(now: query.now, zone: query.zone)
    let span = SlotSpan(query, rules: rules, isRoundRobin: isRoundRobin)
    guard span.first < span.end, bounds.start < bounds.end else { return [] }
    let times = hosts.map { HostTime($0, rules: rules, over: span.hours) }
    let listed = Interval(max(span.first, bounds.start), min(span.end, bounds.end))
    var grid = SlotGrid(
      rules: rules, zone: query.zone, earliest: gridNow + rules.minimumNotice * 60,
      // Hosts of a pool go on with each other's grid: theirs is laid from its beginning.
      wanted: isRoundRobin ? nil : listed)
    let needed = resources.map { ResourceTime($0, rules: rules) }
    for range in FreeRange.all(of: times.map(\.free), roles: hosts.map(\.role), resources: needed.map(\.free))
    { grid.lay(range) }

    var slots = grid.starts()
      .filter { start in listed.contains(start) && needed.allSatisfy { $0.allows(start) } }
      .map { Slot(start: $0) }
    slots.add(seatsLeft(in: listed, times: times))
    return DayFilter(rules: rules, query: query).apply(to: slots)
  }

  var isRoundRobin: Bool { hosts.contains { $0.role == .pool } }

  /// The seated bookings that can still be joined. Their own time counts as busy for everything else.
  private func seatsLeft(in range: Interval, times: [HostTime]) -> [Slot] {
    guard let seats = rules.seats else { return [] }
    let premises = zip(hosts, times).filter { $0.0.role == .premises }
    func isOpen(_ booking: BusyTime) -> Bool {
      premises.allSatisfy { $1.canHold(booking, besides: $0.busy) }
    }
    var taken: [Instant: Int] = [:]
    var closed: Set<Instant> = []
    for (host, time) in zip(hosts, times) {
      for busy in host.busy where range.contains(busy.interval.start) {
        guard case .seats(_, let count) = busy.kind, busy.interval.duration == rules.length * 60 else {
          continue
        }
        let start = busy.interval.start
        if count < seats, isOpen(busy), time.canHold(busy, besides: host.busy) {
          taken[start] = min(count, taken[start] ?? count)
        } else if host.role != .pool {
          // Hosts of a pool each have their own: one that is full does not close another's.
          closed.insert(start)
        }
      }
    }
    return taken.filter { !closed.contains($0.key) }
      .map { Slot(start: $0.key, seatsTaken: $0.value) }.sorted { $0.start < $1.start }
  }
}

extension [Slot] {
  /// Both are in order; where both have a start, the seated one is right.
  fileprivate mutating func add(_ seated: [Slot]) {
    if seated.isEmpty { return }
    let starts = Set(seated.map(\.start))
    removeAll { starts.contains($0.start) }
    append(contentsOf: seated)
    sort { $0.start < $1.start }
  }

  fileprivate func chunked(by date: (Slot) -> CivilDate) -> [SlotDay] {
    var days: [SlotDay] = []
    var first = 0
    while first < count {
      let day = date(self[first])
      var next = first + 1
      while next < count, date(self[next]) == day { next += 1 }
      days.append(SlotDay(date: day, slots: self[first..<next]))
      first = next
    }
    return days
  }
}
