import Testing

@testable import Scheduling

/// slots.md 2.9 and 2.10: several hosts, seats.
@Suite struct TeamExamples {
  private let hour = SlotRules(length: 60)

  @Test func `83: a collective is free when all are`() {
    let a = SlotHost(schedule: istWork, busy: [booked("2050-09-05T04:00:00Z", "2050-09-05T04:15:00Z")])
    let b = SlotHost(schedule: istWork, busy: [booked("2050-09-05T05:30:00Z", "2050-09-05T05:45:00Z")])
    let example = Example(hosts: [a, b], SlotRules(length: 45, slotInterval: 45))
    #expect(example.istDay("2050-09-05") == ["04:15"] + clockTimes("05:45", "11:45", every: 45))
  }

  @Test func `86: a round robin offers what any of the pool has`() {
    let pool = [istEve, istWork].map { SlotHost(role: .pool, schedule: $0) }
    #expect(Example(hosts: pool, hour).istDay("2050-09-05") == clockTimes("04:30", "15:30", every: 60))
  }

  @Test func `89: an event's own schedule is everybody's`() {
    let pool = [istEve, istEve].map { SlotHost(role: .pool, schedule: $0) }
    #expect(Example(hosts: pool, hour).istDay("2050-09-05") == clockTimes("11:30", "15:30", every: 60))
  }

  @Test func `91: touching hours have nothing in common`() {
    let hosts = [
      SlotHost(schedule: schedule("UTC", "09:00-10:00")), SlotHost(schedule: schedule("UTC", "10:00-11:00")),
    ]
    #expect(
      Example(hosts: hosts, SlotRules(length: 15)).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
        .isEmpty)
  }

  @Test func `nobody of a pool takes over half-way`() {
    let hosts = ["09:00-10:30", "10:30-12:00"].map { SlotHost(role: .pool, schedule: schedule("UTC", $0)) }
    let day = Example(hosts: hosts, hour).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == ["09:00", "11:00"])
  }

  @Test func `a fixed host of a round robin is needed in every slot`() {
    let hosts = [
      SlotHost(role: .pool, schedule: schedule("UTC", "09:00-12:00")),
      SlotHost(role: .pool, schedule: schedule("UTC", "13:00-16:00")),
      SlotHost(role: .fixed, schedule: schedule("UTC", "10:00-14:00")),
      SlotHost(role: .pool, schedule: schedule("UTC", "09:00-10:30")),
    ]
    let example = Example(hosts: hosts, hour)
    let day = example.list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == ["10:00", "11:00", "13:00"])
    #expect(example.generator.freeHosts(at: at("2050-09-05T10:00:00Z")) == [0, 2])
    #expect(example.generator.freeHosts(at: at("2050-09-05T13:00:00Z")) == [1, 2])
    #expect(example.generator.freeHosts(at: at("2050-09-05T12:00:00Z")).isEmpty)
    #expect(example.generator.freeHosts(at: at("2050-09-05T09:00:00Z")).isEmpty)
  }

  @Test func `a later host goes on with the grid that an earlier one has laid`() {
    let hosts = ["09:00-12:00", "09:20-13:00"].map { SlotHost(role: .pool, schedule: schedule("UTC", $0)) }
    let day = Example(hosts: hosts, SlotRules(length: 45)).list(
      "2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    #expect(day["2050-09-05"] == ["09:00", "09:45", "10:30", "11:15", "12:00"])
  }

  @Test func `a later host drops back to a start of the grid that lies in his own hours`() {
    // The offset moves the second host's first start from 09:15 to 09:20, behind 09:05 of the grid.
    let hosts = ["09:00-12:00", "09:01-12:00"].map { SlotHost(role: .pool, schedule: schedule("UTC", $0)) }
    let rules = SlotRules(length: 45, offsetStart: 5)
    let day = Example(hosts: hosts, rules).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    #expect(day["2050-09-05"] == ["09:05", "09:55", "10:45"])
  }

  @Test func `hosts with gaps between them each start their own grid`() {
    let hosts = ["09:00-09:50", "10:10-11:00"].map { SlotHost(role: .pool, schedule: schedule("UTC", $0)) }
    let day = Example(hosts: hosts, SlotRules(length: 25)).list(
      "2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    #expect(day["2050-09-05"] == ["09:00", "09:25", "10:10", "10:35"])
  }

  @Test func `a busy pool is taken only when nobody of it is free`() {
    let one = SlotHost(
      role: .pool, schedule: rome, busy: [booked("2050-09-05T10:00:00Z", "2050-09-05T11:00:00Z")])
    let other = SlotHost(role: .pool, schedule: schedule("Europe/Rome", "09:00-11:00"))
    let generator = SlotGenerator(rules: hour, hosts: [one, other])
    func verdict(_ start: String) -> SlotVerdict {
      generator.check(at("2050-09-05T\(start):00Z"), zone: .utc, now: at("2050-01-01T00:00:00Z"))
    }
    #expect(verdict("10:00") == .slotTaken)
    #expect(verdict("08:00") == .available(seatsTaken: 0))
    #expect(verdict("08:30") == .notAvailable)
  }

  @Test func `106: a seated booking is joined at its own start, and only there`() {
    let class5 = between("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    func example(taken: Int) -> Example {
      Example(
        rome, busy: [BusyTime(class5, .seats(occupied: class5, taken: taken))],
        SlotRules(length: 60, slotInterval: 30, seats: 5))
    }
    let query = SlotQuery(
      from: at("2050-09-05T00:00:00Z"), to: at("2050-09-06T00:00:00Z"), zone: .utc,
      now: at("2050-01-01T00:00:00Z"))
    let slots = example(taken: 1).generator.slots(query)
    #expect(slots.first { $0.start == class5.start }?.seatsTaken == 1)
    #expect(slots.filter { $0.seatsTaken > 0 }.count == 1)
    #expect(!slots.contains { $0.start == class5.start + 1800 || $0.start == class5.start - 1800 })
    #expect(slots.map(\.start) == slots.map(\.start).sorted())
    let day = example(taken: 5).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day?.contains("11:00") == false)
    #expect(
      example(taken: 1).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]?.contains("11:00")
        == true)
    func verdict(_ taken: Int, _ start: Instant) -> SlotVerdict {
      example(taken: taken).generator.check(start, zone: .utc, now: query.now)
    }
    #expect(verdict(1, class5.start) == .available(seatsTaken: 1))
    #expect(verdict(5, class5.start) == .seatsFull)
    #expect(verdict(1, class5.start + 1800) == .slotTaken)
  }

  @Test func `in a pool a full class does not close another host's`() {
    let class5 = between("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    func seats(_ counts: [Int?], role: SlotHost.Role = .pool) -> Slot? {
      let hosts = counts.map { count in
        SlotHost(
          role: role, schedule: rome,
          busy: count.map { [BusyTime(class5, .seats(occupied: class5, taken: $0))] } ?? [])
      }
      let generator = SlotGenerator(rules: SlotRules(length: 60, seats: 5), hosts: hosts)
      return generator.slots(
        SlotQuery(start: class5.start, zone: .utc, now: at("2050-01-01T00:00:00Z"))
      ).first
    }
    #expect(seats([5, 1]) == Slot(start: class5.start, seatsTaken: 1))
    #expect(seats([1, 5]) == Slot(start: class5.start, seatsTaken: 1))
    #expect(seats([5, nil]) == Slot(start: class5.start))
    #expect(seats([5, 5]) == nil)
    #expect(seats([5, 5], role: .fixed) == nil)
    #expect(seats([1, 1], role: .fixed) == Slot(start: class5.start, seatsTaken: 1))
  }

  @Test func `a class cannot be joined when its host is away`() {
    let lesson = between("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    let away = BusyTime(between("2050-09-05T00:00:00Z", "2050-09-06T00:00:00Z"), .outOfOffice)
    let seats = BusyTime(lesson, .seats(occupied: lesson, taken: 1))
    let rules = SlotRules(length: 60, seats: 5)
    func starts(_ hosts: [SlotHost]) -> [String] {
      Example(hosts: hosts, rules).list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z").flatMap(\.value)
    }
    let there = SlotHost(schedule: rome, busy: [seats])
    #expect(starts([there]).contains("11:00"))
    #expect(starts([SlotHost(schedule: rome, busy: [seats, away])]).isEmpty)
    #expect(starts([there, SlotHost(schedule: rome, busy: [seats, away])]).isEmpty, "both are needed")
  }

  @Test func `a grid that follows the sun does not depend on how far back one looks`() {
    // Three hosts whose hours overlap in an endless chain, none with a midnight in them.
    let day = ["00:10-09:15", "08:05-17:20", "16:10-23:30"].map { schedule("UTC", $0) }
    let night = schedule("Etc/GMT+3", "20:00-23:59")
    let hosts = (day + [night]).map { SlotHost(role: .pool, schedule: $0) }
    let generator = SlotGenerator(rules: SlotRules(length: 50), hosts: hosts)
    func slots(_ from: String, _ to: String) -> [Slot] {
      generator.slots(SlotQuery(from: at(from), to: at(to), zone: .utc, now: at("2050-01-01T00:00:00Z")))
    }
    let month = slots("2050-09-01T00:00:00Z", "2050-10-01T00:00:00Z")
    let days = (1...30).flatMap { day in
      let from = at("2050-09-01T00:00:00Z") + (day - 1) * 86_400
      return slots(from.text, (from + 86_400).text)
    }
    #expect(month == days)
  }
}
