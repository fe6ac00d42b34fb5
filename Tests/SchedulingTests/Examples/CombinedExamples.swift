import Testing

@testable import Scheduling

/// What slots.md says in prose, and rules of it that meet: zones that differ, limits beside hours, several
/// lengths, seats, offsets, travel.
@Suite struct CombinedExamples {
  private let day = ("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
  private let hour = SlotRules(length: 60)

  @Test func `limits count in the zone of the schedule, whatever the booker's zone is`() {
    // 20:00Z of the 5th is the 6th in Dhaka.
    let late = between("2050-09-05T20:00:00Z", "2050-09-05T21:00:00Z")
    let use = LimitUse(
      limits: [BookingLimit(.count, per: .day, atMost: 1)], bookings: [late], zone: zone("Asia/Dhaka"))
    for asked in ["UTC", "America/New_York"] {
      let days = Example(dhaka24, busy: [BusyTime(late, .booking(occupied: late))], limits: [use], hour)
        .with(zone: asked).list("2050-09-04T18:00:00Z", "2050-09-07T17:59:59Z")
      let starts = days.sorted { $0.key < $1.key }.flatMap(\.value)
      #expect(starts.count == 48, "the 5th and the 7th in Dhaka, in \(asked)")
      #expect(starts.first == "18:00" && starts[23] == "17:00" && starts[24] == "18:00")
    }
  }

  @Test func `a week of a limit begins on Sunday`() {
    let saturday = between("2050-09-03T08:00:00Z", "2050-09-03T09:00:00Z")
    let use = LimitUse(
      limits: [BookingLimit(.count, per: .week, atMost: 1)], bookings: [saturday], zone: .utc)
    let days = Example(schedule("UTC", "09:00-11:00"), limits: [use], hour).list(
      "2050-09-02T00:00:00Z", "2050-09-04T23:59:59Z")
    #expect(days == ["2050-09-04": ["09:00", "10:00"]])
  }

  @Test func `a limit of each of several kinds closes its own period`() {
    let bookings = ["05", "06"].map { between("2050-09-\($0)T09:00:00Z", "2050-09-\($0)T10:30:00Z") }
    let use = LimitUse(
      limits: [BookingLimit(.minutes, per: .day, atMost: 120), BookingLimit(.count, per: .month, atMost: 3)],
      bookings: bookings, zone: .utc)
    let example = Example(
      schedule("UTC", "09:00-12:00"), busy: bookings.map { BusyTime($0, .booking(occupied: $0)) },
      limits: [use], hour)
    let days = example.list("2050-09-05T00:00:00Z", "2050-09-07T23:59:59Z")
    #expect(days == ["2050-09-07": ["09:00", "10:00", "11:00"]], "90 minutes leave no room for an hour")
    let half = Example(hosts: example.hosts, SlotRules(length: 30)).list(day.0, day.1)
    #expect(half["2050-09-05"] == ["10:30", "11:00", "11:30"], "but for half of one")
  }

  @Test func `in a pool a limit closes only the host who has reached it`() {
    let morning = between("2050-09-05T09:00:00Z", "2050-09-05T10:00:00Z")
    let use = LimitUse(limits: [BookingLimit(.count, per: .day, atMost: 1)], bookings: [morning], zone: .utc)
    let hosts = [
      SlotHost(
        role: .pool, schedule: schedule("UTC", "09:00-17:00"),
        busy: [BusyTime(morning, .booking(occupied: morning))], limits: [use]),
      SlotHost(role: .pool, schedule: schedule("UTC", "12:00-14:00")),
    ]
    #expect(Example(hosts: hosts, hour).list(day.0, day.1)["2050-09-05"] == ["12:00", "13:00"])
  }

  @Test func `business days are counted by the booker's calendar`() {
    // Friday 23:30Z is Saturday in Kolkata: one business day on is Monday, in New York, too.
    func last(_ asked: String) -> String? {
      Example(utcDay, SlotRules(length: 60, window: .businessDays(1, rolling: false)))
        .with(now: "2024-05-31T23:30:00Z").with(zone: asked)
        .list("2024-05-31T00:00:00Z", "2024-06-06T00:00:00Z").keys.max()
    }
    #expect(last("Asia/Kolkata") == "2024-06-03")
    #expect(last("America/New_York") == "2024-06-03")
    // Sunday in UTC, already Monday in Auckland: there it is Tuesday.
    let sunday = Example(utcDay, SlotRules(length: 60, window: .businessDays(1, rolling: false)))
      .with(now: "2024-06-02T13:00:00Z")
    #expect(
      sunday.with(zone: "Pacific/Auckland").list("2024-06-02T00:00:00Z", "2024-06-06T00:00:00Z").keys.max()
        == "2024-06-04")
    #expect(sunday.list("2024-06-02T00:00:00Z", "2024-06-06T00:00:00Z").keys.max() == "2024-06-03")
  }

  @Test func `a window of two dates ends with the last slot that starts in it, in the event's zone`() {
    let window = BookingWindow.dates(date("2024-06-01"), date("2024-06-01"), zone: zone("Asia/Kolkata"))
    let days = Example(utcDay, SlotRules(length: 60, window: window)).list(
      "2024-05-31T00:00:00Z", "2024-06-03T00:00:00Z")
    // 18:30Z to 18:30Z, on the full hours of UTC.
    #expect(
      days == [
        "2024-05-31": clockTimes("19:00", "23:00", every: 60),
        "2024-06-01": clockTimes("00:00", "18:00", every: 60),
      ])
  }

  @Test(arguments: [(30, 8), (60, 4), (90, 2), (240, 1), (250, 0)])
  func `each length that is offered has its own grid`(length: Int, count: Int) {
    let days = Example(schedule("UTC", "09:00-13:00"), SlotRules(length: length)).list(day.0, day.1)
    #expect(days["2050-09-05"]?.count ?? 0 == count)
  }

  @Test func `with an interval of its own every length starts on the same grid`() {
    func starts(_ length: Int) -> [String]? {
      Example(schedule("UTC", "09:00-12:00"), SlotRules(length: length, slotInterval: 45)).list(day.0, day.1)[
        "2050-09-05"]
    }
    #expect(starts(30) == ["09:00", "09:45", "10:30", "11:15"])
    #expect(starts(90) == ["09:00", "09:45", "10:30"])
  }

  @Test func `an offset of five minutes to twenty-five fills a day with forty-eight`() {
    let days = Example(utcDay, SlotRules(length: 25, offsetStart: 5)).list(day.0, day.1)
    #expect(days["2050-09-05"] == clockTimes("00:05", "23:35", every: 30))
  }

  @Test func `an offset applies anew in every free range`() {
    let busy = booked("2050-09-05T10:00:00Z", "2050-09-05T10:20:00Z")
    let days = Example(
      schedule("UTC", "09:00-12:00"), busy: [busy], SlotRules(length: 30, offsetStart: 10)
    ).list(day.0, day.1)
    // From 09:00 and from 10:30, to which 10:20 is rounded up.
    #expect(days["2050-09-05"] == ["09:10", "10:40", "11:20"])
  }

  @Test func `the last slot ends with the hours, and hours that end off the grid keep their rest`() {
    let half = Example(schedule("UTC", "12:00-19:15"), SlotRules(length: 15)).list(day.0, day.1)
    #expect(half["2050-09-05"]?.last == "19:00")
    let third = Example(schedule("UTC", "00:00-23:45"), SlotRules(length: 20)).list(day.0, day.1)
    #expect(third["2050-09-05"]?.count == 71)
  }

  @Test func `the first slot only is the first that is free`() {
    let busy = booked("2050-09-05T07:00:00Z", "2050-09-05T08:30:00Z")
    let rules = SlotRules(length: 60, minimumNotice: 60, firstSlotOnly: true)
    let days = Example(rome, busy: [busy], rules).with(now: "2050-09-05T04:00:00Z").list(
      "2050-09-05T00:00:00Z", "2050-09-06T23:59:59Z")
    #expect(days == ["2050-09-05": ["09:00"], "2050-09-06": ["07:00"]])
    let pool = [istEve, istWork].map { SlotHost(role: .pool, schedule: $0) }
    #expect(
      Example(hosts: pool, SlotRules(length: 60, firstSlotOnly: true)).istDay("2050-09-05") == ["04:30"])
  }

  @Test func `a class is joined at its own start until it is full, and not outside of its host's hours`() {
    let lesson = between("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    func starts(_ hours: String, taken: Int = 1) -> [String]? {
      Example(
        schedule("UTC", hours), busy: [BusyTime(lesson, .seats(occupied: lesson, taken: taken))],
        SlotRules(length: 60, seats: 2)
      ).list(day.0, day.1)["2050-09-05"]
    }
    #expect(starts("10:00-13:00") == ["10:00", "11:00", "12:00"])
    #expect(starts("10:00-13:00", taken: 2) == ["10:00", "12:00"])
    #expect(starts("12:00-13:00") == ["12:00"])
  }

  @Test func `travel over a change of the clock is read in the zone of the journey`() {
    // Rome changes on the 27th of March, New York two weeks before.
    let trip = TravelPeriod(
      first: date("2050-03-13"), last: date("2050-03-26"), zone: zone("America/New_York"))
    let example = Example(schedule("Europe/Rome", "09:00-10:00", travel: [trip]), hour)
    let days = example.list("2050-03-11T00:00:00Z", "2050-03-28T23:59:59Z")
    #expect(days["2050-03-12"] == ["08:00"])
    #expect(days["2050-03-13"] == ["13:00"], "New York has summer time from that day on")
    #expect(days["2050-03-26"] == ["13:00"])
    #expect(days["2050-03-27"] == ["07:00"])
    #expect(days.count == 18)
  }

  @Test func `an override on a day of travel is read in the zone of the journey`() {
    let trip = TravelPeriod(first: date("2050-09-06"), last: date("2050-09-06"), zone: zone("Asia/Tokyo"))
    let hours = schedule(
      "UTC", "09:00-10:00", overrides: ["2050-09-05 12:00-13:00", "2050-09-06 12:00-13:00"], travel: [trip])
    let days = Example(hours, hour).list("2050-09-05T00:00:00Z", "2050-09-07T23:59:59Z")
    #expect(days == ["2050-09-05": ["12:00"], "2050-09-06": ["03:00"], "2050-09-07": ["09:00"]])
  }

  @Test func `a booking of a day and a half takes all of it`() {
    let long = booked("2050-09-05T12:00:00Z", "2050-09-07T00:00:00Z")
    let days = Example(schedule("UTC", "10:00-14:00"), busy: [long], hour).list(
      "2050-09-05T00:00:00Z", "2050-09-07T23:59:59Z")
    #expect(
      days == ["2050-09-05": ["10:00", "11:00"], "2050-09-07": clockTimes("10:00", "13:00", every: 60)])
  }
}
