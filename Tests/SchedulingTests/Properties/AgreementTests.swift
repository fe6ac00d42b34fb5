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
      for: query, rules: generator.rules, isRoundRobin: generator.isRoundRobin)
    let outside = [
      Interval(range.start - 86_400, range.start), Interval(range.end, range.end + 86_400),
    ].map { BusyTime($0, .booking(occupied: $0)) }
    let hosts = generator.hosts.map {
      SlotHost(role: $0.role, schedule: $0.schedule, busy: $0.busy + outside, limits: $0.limits)
    }
    let same = SlotGenerator(rules: generator.rules, hosts: hosts)
    #expect(same.slots(query) == generator.slots(query))
  }

  /// All kinds: one host, collectives and pools, windows, limits.
  private func made(_ seed: Int) -> (SlotGenerator, SlotQuery) {
    var made = RandomCase(seed: 40_000 + seed, hostCount: 1 + seed % 4, poolFrom: seed % 3)
    let today = made.query.zone.date(at: made.query.now)
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
    return (SlotGenerator(rules: rules, hosts: hosts), made.query)
  }
}
