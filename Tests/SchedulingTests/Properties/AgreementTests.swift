import Testing

@testable import Scheduling

/// Listed means bookable, not listed means refused, and the range that is asked for changes neither.
@Suite struct AgreementTests {
  @Test(arguments: 0..<60)
  func `what is listed can be booked, and nothing else`(seed: Int) {
    let (generator, query) = made(seed)
    let listed = Set(generator.slots(query).map(\.start))
    let others = stride(from: query.from.seconds / 300 * 300, to: query.to.seconds, by: 300)
      .map(Instant.init(seconds:)).filter { $0 >= query.from }
    for start in listed.union(others) {
      let verdict = generator.check(start, zone: query.zone, now: query.now)
      if case .available = verdict {
        #expect(listed.contains(start))
        #expect(!generator.freeHosts(at: start).isEmpty)
        let units = zip(generator.freeUnits(at: start), generator.resources)
        #expect(units.allSatisfy { $0.count >= $1.needed })
      } else {
        #expect(!listed.contains(start), "\(start.text): \(verdict)")
      }
    }
  }

  @Test(arguments: 0..<60)
  func `two halves of a range list what the whole does`(seed: Int) {
    let (generator, query) = made(seed)
    var random = SeededGenerator(seed: seed)
    let middle = query.from + Int.random(in: 0...max(1, query.to - query.from), using: &random)
    let halves = [(query.from, middle), (middle, query.to)].flatMap { from, to in
      generator.slots(SlotQuery(from: from, to: to, zone: query.zone, now: query.now))
    }
    #expect(halves == generator.slots(query))
  }

  @Test(arguments: 0..<60)
  func `days hold the same slots, each under its date`(seed: Int) {
    let (generator, query) = made(seed)
    let days = generator.days(query)
    #expect(days.flatMap { Array($0.slots) } == generator.slots(query))
    #expect(days.map(\.date) == Array(Set(days.map(\.date))).sorted())
    for day in days {
      #expect(day.slots.allSatisfy { query.zone.date(at: $0.start) == day.date })
    }
  }

  @Test(arguments: 0..<60)
  func `busy times outside of the announced range change nothing`(seed: Int) {
    let (generator, query) = made(seed)
    let range = SlotGenerator.busyRange(
      for: query, rules: generator.rules, isRoundRobin: generator.isRoundRobin,
      schedules: generator.hosts.map(\.schedule))
    let outside = [
      Interval(range.start - 86_400, range.start), Interval(range.end, range.end + 86_400),
    ].map { BusyTime($0, .booking(occupied: $0)) }
    let hosts = generator.hosts.map {
      SlotHost(role: $0.role, schedule: $0.schedule, busy: $0.busy + outside, limits: $0.limits)
    }
    let resources = generator.resources.map { resource in
      SlotResource(units: resource.units.map { $0 + outside }, needed: resource.needed)
    }
    let same = SlotGenerator(rules: generator.rules, hosts: hosts, resources: resources)
    #expect(same.slots(query) == generator.slots(query))
  }

  /// What `SlotStore` reads for one start: of what ended before the seam only the last end.
  @Test(arguments: 0..<60)
  func `one start needs no more of what was before than where it ended`(seed: Int) {
    let (generator, query) = made(seed)
    let listed = generator.slots(query).map(\.start)
    let others = stride(from: query.from.seconds / 300 * 300, to: query.to.seconds, by: 1500)
      .map(Instant.init(seconds:)).filter { $0 >= query.from }
    for start in listed + others {
      let one = SlotQuery(start: start, zone: query.zone, now: query.now)
      guard
        let seam = SlotGenerator.lastSeam(
          for: one, rules: generator.rules, isRoundRobin: generator.isRoundRobin)
      else { continue }
      let range = SlotGenerator.busyRange(
        for: one, rules: generator.rules, isRoundRobin: generator.isRoundRobin,
        schedules: generator.hosts.map(\.schedule))
      let hosts = generator.hosts.map {
        SlotHost(
          role: $0.role, schedule: $0.schedule, busy: $0.busy.read(range, seam: seam), limits: $0.limits)
      }
      let same = SlotGenerator(rules: generator.rules, hosts: hosts, resources: generator.resources)
      #expect(
        same.check(start, zone: query.zone, now: query.now)
          == generator.check(start, zone: query.zone, now: query.now), "\(start.text)")
    }
  }

  @Test func `most of what is made up here has slots`() {
    let full = (0..<60).filter { seed in
      let (generator, query) = made(seed)
      return !generator.slots(query).isEmpty
    }
    #expect(full.count >= 35, "\(full.count) of 60")
  }

  /// All kinds: one host, collectives and pools, windows, limits, opening hours, resources.
  private func made(_ seed: Int) -> (SlotGenerator, SlotQuery) {
    var made = RandomCase(
      seed: 40_000 + seed, hostCount: 1 + seed % 4, poolFrom: seed % 3, openDays: seed % 4 == 0 ? 25 : 90)
    var query = made.query
    if made.random.chance(75) {
      // Near enough for the windows below.
      let now = query.from - Int.random(in: 0...2 * 86_400, using: &made.random)
      query = SlotQuery(from: query.from, to: query.to, zone: query.zone, now: now)
    }
    let today = query.zone.date(at: query.now)
    let windows: [BookingWindow] = [
      .unlimited, .unlimited, .calendarDays(3, rolling: true), .businessDays(2, rolling: true),
      .calendarDays(40, rolling: false), .dates(today, today + 41, zone: made.hosts[0].zone),
    ]
    let rules = SlotRules(
      length: made.rules.length, slotInterval: made.rules.slotInterval, offsetStart: made.rules.offsetStart,
      beforeBuffer: made.rules.beforeBuffer, afterBuffer: made.rules.afterBuffer,
      minimumNotice: made.rules.minimumNotice, window: made.random.pick(windows),
      firstSlotOnly: made.rules.firstSlotOnly)
    let limit = BookingLimit(
      made.random.pick([.count, .minutes]), per: made.random.pick(Period.allCases),
      atMost: made.random.pick([1, 2, 300]))
    let hosts = made.hosts.map { raw in
      SlotHost(
        role: raw.role, schedule: raw.host.schedule, busy: raw.busy,
        limits: made.random.chance(30)
          ? [LimitUse(limits: [limit], bookings: raw.busy.map(\.interval), zone: raw.zone)] : [])
    }
    let more = RandomCase(seed: 50_000 + seed, hostCount: 4, openDays: 90)
    // Their busy times lie around another query: moved to this one.
    let shift = query.from - more.query.from
    let lent = more.hosts.map { $0.busy.map { $0.moved(by: shift) } }
    let premises = SlotHost(role: .premises, schedule: more.hosts[0].host.schedule, busy: lent[0])
    let rooms = SlotResource(units: Array(lent.dropFirst()), needed: 1 + seed % 2)
    return (
      SlotGenerator(
        rules: rules, hosts: made.random.chance(20) ? hosts + [premises] : hosts,
        resources: made.random.chance(30) ? [rooms] : []), query
    )
  }
}

extension [BusyTime] {
  fileprivate func read(_ range: Interval, seam: Instant) -> [BusyTime] {
    var last: Instant?
    var read: [BusyTime] = []
    for busy in self {
      guard let occupied = busy.occupied else {
        read.append(busy)
        continue
      }
      if occupied.overlaps(Interval(seam, range.end)) {
        read.append(busy)
      } else if occupied.overlaps(Interval(range.start, seam)) {
        last = Swift.max(last ?? occupied.end, occupied.end)
      }
    }
    if let last {
      let before = Interval(range.start, last)
      read.append(BusyTime(before, .booking(occupied: before)))
    }
    return read
  }
}

extension BusyTime {
  /// Nil for what is no occupancy.
  fileprivate var occupied: Interval? {
    switch kind {
    case .booking(let occupied), .reservation(let occupied, _): occupied
    case .seats, .external, .outOfOffice: nil
    }
  }

  fileprivate func moved(by seconds: Int) -> BusyTime {
    func moved(_ interval: Interval) -> Interval {
      Interval(interval.start + seconds, interval.end + seconds)
    }
    switch kind {
    case .booking(let occupied): return BusyTime(moved(interval), .booking(occupied: moved(occupied)))
    case .reservation(let occupied, let until):
      return BusyTime(moved(interval), .reservation(occupied: moved(occupied), until: until))
    case .seats, .external, .outOfOffice: return BusyTime(moved(interval), kind)
    }
  }
}
