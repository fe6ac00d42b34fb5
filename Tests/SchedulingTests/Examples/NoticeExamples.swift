import Testing

@testable import Scheduling

/// slots.md 2.2: now and the minimum notice.
@Suite struct NoticeExamples {
  @Test func `27: only what is still to come of the day`() {
    let days = Example(utcDay, SlotRules(length: 60)).with(now: "2021-06-20T11:59:59Z")
      .list("2021-06-20T00:00:00Z", "2021-06-20T23:59:59Z")
    #expect(days["2021-06-20"] == clockTimes("12:00", "23:00", every: 60))
  }

  @Test func `28: a notice of 25 hours`() {
    let days = Example(utcDay, SlotRules(length: 60, minimumNotice: 1500)).with(now: "2021-06-20T11:59:59Z")
      .list("2021-06-21T00:00:00Z", "2021-06-21T23:59:59Z")
    #expect(days["2021-06-21"] == clockTimes("13:00", "23:00", every: 60))
  }

  @Test func `29: a start exactly at the end of the notice is offered`() {
    let example = Example(istWork, SlotRules(length: 60, minimumNotice: 60)).with(now: "2024-05-31T04:30:00Z")
    #expect(example.istDay("2024-05-31").first == "05:30")
  }

  @Test func `31: a start exactly now is not offered`() {
    let example = Example(istWork, SlotRules(length: 60)).with(now: "2024-05-31T04:30:00Z")
    #expect(example.istDay("2024-05-31").first == "05:30")
  }

  @Test func `seconds of now are dropped before the grid is laid, and the notice still holds`() {
    let example = Example(utcDay, SlotRules(length: 7, minimumNotice: 60)).with(now: "2021-06-20T10:00:30Z")
    let day = example.list("2021-06-20T11:00:00Z", "2021-06-20T11:20:00Z")["2021-06-20"]
    #expect(day == ["11:07", "11:14"])
  }

  @Test func `the notice is elapsed time over a change of the clock`() {
    // New York, 2050-03-13: 02:00 becomes 03:00. Ten hours after 20:30 the evening before is 07:30.
    let example = Example(
      schedule("America/New_York", "06:00-09:00"), SlotRules(length: 30, minimumNotice: 600)
    )
    .with(now: "2050-03-13T01:30:00Z").with(zone: "America/New_York")
    #expect(example.list("2050-03-13T05:00:00Z", "2050-03-13T23:00:00Z")["2050-03-13"]?.first == "11:30")
  }

  @Test func `the reasons name the past, the notice and the window`() {
    let example = Example(
      utcDay, SlotRules(length: 60, minimumNotice: 120, window: .calendarDays(2, rolling: false))
    )
    .with(now: "2021-06-20T11:00:00Z")
    func verdict(_ start: String) -> SlotVerdict {
      example.generator.check(at(start), zone: .utc, now: example.now)
    }
    #expect(verdict("2021-06-20T11:00:00Z") == .inThePast)
    #expect(verdict("2021-06-20T12:00:00Z") == .outOfBounds)
    #expect(verdict("2021-06-20T13:00:00Z") == .available(seatsTaken: 0))
    #expect(verdict("2021-06-22T23:00:00Z") == .available(seatsTaken: 0))
    #expect(verdict("2021-06-23T00:00:00Z") == .outOfBounds)
  }

  @Test func `a start that was listed moments ago can be booked within the grace, and only then`() {
    let example = Example(utcDay, SlotRules(length: 45)).with(now: "2021-06-20T10:10:00Z")
    let listed = example.generator.slots(
      SlotQuery(from: example.now, to: example.now + 36_000, zone: .utc, now: example.now))
    #expect(listed.first?.start == at("2021-06-20T10:15:00Z"))
    let start = at("2021-06-20T11:45:00Z")
    #expect(listed.map(\.start).contains(start))
    let later = at("2021-06-20T10:18:00Z")
    #expect(example.generator.check(start, zone: .utc, now: later) == .notAvailable)
    #expect(example.generator.check(start, zone: .utc, now: later, grace: 600) == .available(seatsTaken: 0))
    #expect(
      example.generator.check(at("2021-06-20T10:15:00Z"), zone: .utc, now: later, grace: 600) == .inThePast)
    #expect(
      example.generator.check(at("2021-06-20T11:50:00Z"), zone: .utc, now: later, grace: 600) == .notAvailable
    )
  }
}
