import Testing

@testable import Scheduling

/// What a client or an owner can send at the edge of the possible: no trap, no endless work.
@Suite struct HostileInputTests {
  private let always = SlotHost(schedule: utcDay)

  @Test(arguments: [Int.max, Int.min, -1, 0])
  func `numbers beyond reason are brought within it`(number: Int) {
    let rules = SlotRules(
      length: number, slotInterval: number, offsetStart: number, beforeBuffer: number, afterBuffer: number,
      minimumNotice: number, seats: number)
    let generator = SlotGenerator(rules: rules, hosts: [always])
    let query = SlotQuery(
      from: at("2050-09-05T00:00:00Z"), to: at("2050-09-06T00:00:00Z"), zone: .utc,
      now: at("2050-01-01T00:00:00Z"))
    #expect(generator.slots(query).count <= 1440)
    #expect(
      generator.check(query.from, zone: .utc, now: query.now, grace: number / 1_000_000_000_000_000)
        != .seatsFull)
  }

  @Test(arguments: [
    BookingWindow.calendarDays(.max, rolling: false), .calendarDays(.max, rolling: true),
    .businessDays(.max, rolling: false), .businessDays(.max, rolling: true),
    .calendarDays(.min, rolling: true),
    .calendarDays(-5, rolling: false), .dates(date("9999-12-31"), date("0001-01-01"), zone: .utc),
  ])
  func `windows beyond reason have an end`(window: BookingWindow) {
    let generator = SlotGenerator(rules: SlotRules(length: 240, window: window), hosts: [always])
    for start in ["0001-01-01T00:00:00Z", "2050-01-02T04:00:00Z", "9999-12-30T00:00:00Z"] {
      let query = SlotQuery(start: at(start), zone: zone("Europe/Rome"), now: at("2050-01-01T00:00:00Z"))
      let isListed = !generator.slots(query).isEmpty
      let verdict = generator.check(query.from, zone: query.zone, now: query.now)
      #expect(isListed == (verdict == .available(seatsTaken: 0)))
    }
  }

  @Test func `the first and the last year of the calendar can be asked for`() {
    let generator = SlotGenerator(
      rules: SlotRules(length: 60),
      hosts: [SlotHost(role: .pool, schedule: schedule("Asia/Kathmandu", "00:00-23:59"))])
    for day in ["0001-01-01", "9999-12-31"] {
      let from = at("\(day)T00:00:00Z")
      let query = SlotQuery(
        from: from, to: from + 86_400, zone: zone("America/St_Johns"), now: from - 1_000_000)
      #expect(generator.slots(query).count == 24)
      #expect(
        SlotGenerator.busyRange(for: query, rules: generator.rules, isRoundRobin: true).duration > 86_400)
    }
  }

  @Test func `a range longer than a year is cut, one that is upside down is empty`() {
    let generator = SlotGenerator(rules: SlotRules(length: 1440), hosts: [always])
    let from = at("2050-01-01T00:00:00Z")
    func count(_ to: String) -> Int {
      generator.slots(SlotQuery(from: from, to: at(to), zone: .utc, now: from - 1)).count
    }
    #expect(count("9999-01-01T00:00:00Z") == SlotQuery.maximumDays)
    #expect(count("2050-01-01T00:00:00Z") == 0)
    #expect(count("2000-01-01T00:00:00Z") == 0)
  }

  @Test func `busy times that are empty, endless or upside down do no harm`() {
    let day = between("2050-09-05T00:00:00Z", "2050-09-06T00:00:00Z")
    let odd = [
      Interval(day.end, day.start), Interval(day.start, day.start),
      Interval(Instant(seconds: -1 << 40), Instant(seconds: 1 << 40)),
    ]
    let generator = SlotGenerator(
      rules: SlotRules(length: 60),
      hosts: [SlotHost(schedule: utcDay, busy: odd.prefix(2).map { BusyTime($0, .external) })])
    let query = SlotQuery(from: day.start, to: day.end, zone: .utc, now: day.start - 86_400)
    #expect(generator.slots(query).count == 24)
    let closed = SlotGenerator(
      rules: generator.rules, hosts: [SlotHost(schedule: utcDay, busy: odd.map { BusyTime($0, .external) })])
    #expect(closed.slots(query).isEmpty)
    #expect(closed.check(day.start, zone: .utc, now: query.now) == .slotTaken)
  }

  @Test func `nobody to book with means nothing to book`() {
    let generator = SlotGenerator(rules: SlotRules(length: 60), hosts: [])
    let query = SlotQuery(
      from: at("2050-09-05T00:00:00Z"), to: at("2050-09-06T00:00:00Z"), zone: .utc,
      now: at("2050-01-01T00:00:00Z"))
    #expect(generator.slots(query).isEmpty)
    #expect(generator.check(query.from, zone: .utc, now: query.now) == .notAvailable)
    #expect(generator.freeHosts(at: query.from).isEmpty)
  }
}
