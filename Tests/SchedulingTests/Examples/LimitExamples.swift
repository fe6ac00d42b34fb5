import Testing

@testable import Scheduling

/// slots.md 2.8: limits of counts and minutes.
@Suite struct LimitExamples {
  private func day(_ limit: BookingLimit, _ bookings: [Interval], _ asked: String) -> [String]? {
    days(limit, bookings)[asked]
  }

  private func days(_ limit: BookingLimit, _ bookings: [Interval]) -> [String: [String]] {
    let use = LimitUse(limits: [limit], bookings: bookings, zone: zone("Asia/Dhaka"))
    let busy = bookings.map { BusyTime($0, .booking(occupied: $0)) }
    return Example(dhaka24, busy: busy, limits: [use], SlotRules(length: 60)).with(zone: "Asia/Dhaka")
      .list("2050-09-04T18:00:00Z", "2050-09-07T17:59:59Z")
  }

  private let morning = between("2050-09-06T08:00:00Z", "2050-09-06T09:00:00Z")
  private let noon = between("2050-09-06T12:00:00Z", "2050-09-06T13:00:00Z")

  @Test func `74: one a day and one there, the day is closed and its neighbours are open`() {
    let days = days(BookingLimit(.count, per: .day, atMost: 1), [morning])
    #expect(days["2050-09-06"] == nil)
    #expect(days["2050-09-05"]?.count == 24)
    #expect(days["2050-09-07"]?.count == 24)
  }

  @Test func `75: two a day and one there leaves all but its own hour`() {
    #expect(day(BookingLimit(.count, per: .day, atMost: 2), [morning], "2050-09-06")?.count == 23)
  }

  @Test func `78: two hours a day are used up`() {
    #expect(day(BookingLimit(.minutes, per: .day, atMost: 120), [morning, noon], "2050-09-06") == nil)
    #expect(day(BookingLimit(.minutes, per: .day, atMost: 180), [morning, noon], "2050-09-06")?.count == 22)
  }

  @Test func `minutes that are left but too few for the event close the day`() {
    let half = between("2050-09-06T08:00:00Z", "2050-09-06T08:30:00Z")
    #expect(day(BookingLimit(.minutes, per: .day, atMost: 75), [half], "2050-09-06") == nil)
    #expect(day(BookingLimit(.minutes, per: .day, atMost: 45), [], "2050-09-06") == nil)
  }

  @Test(arguments: [Period.week, .month, .year])
  func `longer periods close all of their days`(period: Period) {
    let limit = BookingLimit(.count, per: period, atMost: 1)
    #expect(days(limit, [morning]).isEmpty)
    #expect(days(limit, [between("2049-12-20T08:00:00Z", "2049-12-20T09:00:00Z")]).count == 3)
  }

  @Test func `periods begin where the calendar says`() {
    func first(_ period: Period, _ day: String, weekStart: Weekday = .sunday) -> String {
      period.dates(around: date(day), weekStart: weekStart).first.text
    }
    func end(_ period: Period, _ day: String) -> String {
      period.dates(around: date(day), weekStart: .sunday).end.text
    }
    #expect(first(.week, "2050-09-07") == "2050-09-04")
    #expect(first(.week, "2050-09-04") == "2050-09-04")
    #expect(first(.week, "2050-09-04", weekStart: .monday) == "2050-08-29")
    #expect(first(.month, "2048-02-29") == "2048-02-01")
    #expect(end(.month, "2048-02-01") == "2048-03-01")
    #expect(end(.month, "2049-12-31") == "2050-01-01")
    #expect(first(.year, "2048-12-31") == "2048-01-01")
    #expect(end(.year, "2048-01-01") == "2049-01-01")
  }

  @Test func `a full day is refused as such, its booked hour as taken, the next day not`() {
    let use = LimitUse(
      limits: [BookingLimit(.count, per: .day, atMost: 1)], bookings: [morning], zone: zone("Asia/Dhaka"))
    let generator = SlotGenerator(
      rules: SlotRules(length: 60),
      hosts: [
        SlotHost(schedule: dhaka24, busy: [BusyTime(morning, .booking(occupied: morning))], limits: [use])
      ])
    func verdict(_ start: String) -> SlotVerdict {
      generator.check(at(start), zone: .utc, now: at("2050-01-01T00:00:00Z"))
    }
    #expect(verdict("2050-09-06T10:00:00Z") == .limitReached)
    #expect(verdict("2050-09-06T08:00:00Z") == .slotTaken)
    #expect(verdict("2050-09-06T18:00:00Z") == .available(seatsTaken: 0))
  }
}
