import Testing

@testable import Scheduling

/// Opening hours, holidays and closures of a business.
@Suite struct PremisesTests {
  private let shop = schedule("Europe/Rome", "10:00-13:00,15:00-18:00", workingDays)
  private let week = ("2050-09-05T00:00:00Z", "2050-09-09T23:59:59Z")

  private func example(
    closed: [BusyTime] = [], hosts: [SlotHost], _ rules: SlotRules = SlotRules(length: 60)
  ) -> Example {
    Example(hosts: hosts + [SlotHost(role: .premises, schedule: shop, busy: closed)], rules)
  }

  @Test func `nobody is booked outside of the opening hours`() {
    let host = SlotHost(schedule: schedule("Europe/Rome", "08:00-16:30"))
    let days = example(hosts: [host]).list(week.0, week.1)
    // 10, 11, 12 and 15 o'clock in Rome.
    #expect(days.count == 5)
    #expect(days.values.allSatisfy { $0 == ["08:00", "09:00", "10:00", "13:00"] })
  }

  @Test func `a closure takes whole dates of the business's zone`() {
    let closed = BusyTime.closed(
      from: date("2050-09-06"), through: date("2050-09-07"), in: zone("Europe/Rome"))
    #expect(closed.interval == between("2050-09-05T22:00:00Z", "2050-09-07T22:00:00Z"))
    let days = example(closed: [closed], hosts: [SlotHost(schedule: rome)]).list(week.0, week.1)
    #expect(days.keys.sorted() == ["2050-09-05", "2050-09-08", "2050-09-09"])
    // Without opening hours the host carries it; buffers may reach into it.
    let alone = Example(
      schedule("Europe/Rome", "00:00-23:59"), busy: [closed],
      SlotRules(length: 60, beforeBuffer: 60, afterBuffer: 60)
    ).with(zone: "Europe/Rome").list("2050-09-04T22:00:00Z", "2050-09-08T21:59:59Z")
    #expect(alone.mapValues(\.count) == ["2050-09-05": 24, "2050-09-08": 24])
  }

  @Test func `a closure over a change of the clock is as long as its days`() {
    let rome = zone("Europe/Rome")
    func hours(_ day: String) -> Int {
      BusyTime.closed(from: date(day), through: date(day), in: rome).interval.duration / 3600
    }
    #expect(["2050-03-27", "2050-10-30", "2050-09-06"].map(hours) == [23, 25, 24])
    let skipped = BusyTime.closed(
      from: date("2011-12-30"), through: date("2011-12-30"), in: zone("Pacific/Apia"))
    #expect(skipped.interval.isEmpty)
  }

  @Test func `a holiday with short opening hours is an override of the opening hours`() {
    let shop = schedule(
      "UTC", "09:00-17:00", overrides: ["2050-09-06 10:00-12:00", "2050-09-07 00:00-00:00"])
    let hosts = [
      SlotHost(schedule: schedule("UTC", "08:00-18:00")), SlotHost(role: .premises, schedule: shop),
    ]
    let days = Example(hosts: hosts, SlotRules(length: 60)).list(week.0, "2050-09-07T23:59:59Z")
    #expect(
      days == ["2050-09-05": clockTimes("09:00", "16:00", every: 60), "2050-09-06": ["10:00", "11:00"]])
  }

  @Test func `the business is none of the hosts of a booking, and nothing without them`() {
    let pool = [SlotHost(role: .pool, schedule: rome), SlotHost(role: .pool, schedule: rome)]
    let premises = SlotHost(role: .premises, schedule: shop)
    func hosts(_ hosts: [SlotHost], _ start: String) -> [Int] {
      SlotGenerator(rules: SlotRules(length: 60), hosts: hosts).freeHosts(at: at("2050-09-05T\(start):00Z"))
    }
    #expect(hosts([premises] + pool, "08:00") == [1, 2])
    #expect(hosts([premises] + pool, "07:00") == [], "the shop opens at ten")
    #expect(hosts([premises], "08:00") == [])
    #expect(example(hosts: []).list(week.0, week.1).isEmpty)
    #expect(
      example(hosts: pool).list(week.0, week.1)["2050-09-05"] == [
        "08:00", "09:00", "10:00", "13:00", "14:00",
      ])
  }

  @Test func `a refusal because of the business is closed hours`() {
    let closed = BusyTime.closed(
      from: date("2050-09-06"), through: date("2050-09-06"), in: zone("Europe/Rome"))
    let generator = example(closed: [closed], hosts: [SlotHost(schedule: rome)]).generator
    for start in ["2050-09-05T07:00:00Z", "2050-09-06T08:00:00Z"] {
      #expect(generator.check(at(start), zone: .utc, now: at("2050-01-01T00:00:00Z")) == .notAvailable)
    }
  }

  @Test func `a class cannot be joined on a day that is closed`() {
    let lesson = between("2050-09-06T08:00:00Z", "2050-09-06T09:00:00Z")
    let host = SlotHost(schedule: rome, busy: [BusyTime(lesson, .seats(occupied: lesson, taken: 1))])
    let closed = BusyTime.closed(
      from: date("2050-09-06"), through: date("2050-09-06"), in: zone("Europe/Rome"))
    let rules = SlotRules(length: 60, seats: 5)
    #expect(
      example(hosts: [host], rules).list(week.0, week.1)["2050-09-06"] == [
        "08:00", "09:00", "10:00", "13:00", "14:00",
      ])
    #expect(example(closed: [closed], hosts: [host], rules).list(week.0, week.1)["2050-09-06"] == nil)
  }
}
