import Testing

@testable import Scheduling

/// slots.md 2.5 and 2.6: overrides, empty schedules, zones and changes of the clock.
@Suite struct HoursExamples {
  private let hour = SlotRules(length: 60)

  @Test func `46: an override replaces the weekly hours`() {
    let example = Example(
      schedule("Asia/Kolkata", "09:30-18:00", overrides: ["2050-09-05 14:00-18:00"]), hour)
    #expect(example.istDay("2050-09-05") == ["08:30", "09:30", "10:30", "11:30"])
    #expect(example.istDay("2050-09-06") == clockTimes("04:30", "11:30", every: 60))
  }

  @Test func `47: without hours there is no key`() {
    #expect(Example(schedule("Asia/Kolkata", ""), hour).istDays("2050-09-05", "2050-09-06").isEmpty)
  }

  @Test func `49: overrides of two days`() {
    let overrides = ["2050-09-05 09:00-11:00", "2050-09-06 14:00-16:00"]
    let example = Example(schedule("Asia/Kolkata", "09:30-18:00", overrides: overrides), hour)
    let days = example.istDays("2050-09-05", "2050-09-06")
    #expect(days == ["2050-09-05": ["03:30", "04:30"], "2050-09-06": ["08:30", "09:30"]])
  }

  @Test func `52: an override is read in the schedule's zone`() {
    let hours = schedule("America/New_York", "08:00-17:00", overrides: ["2023-06-13 10:00-15:00"])
    let open = hours.open(touching: between("2023-06-13T10:00:00Z", "2023-06-14T22:00:00Z")).intervals
    #expect(
      open == [
        between("2023-06-13T14:00:00Z", "2023-06-13T19:00:00Z"),
        between("2023-06-14T12:00:00Z", "2023-06-14T21:00:00Z"),
      ])
  }

  @Test func `54: an end before its start is ignored`() {
    #expect(
      Example(schedule("UTC", "08:00-07:00"), hour).list("2050-09-05T00:00:00Z", "2050-09-06T23:59:59Z")
        .isEmpty)
  }

  @Test func `a day off, and an override that is upside down, leave nothing of the day`() {
    for hours in ["00:00-00:00", "12:00-09:00"] {
      let example = Example(schedule("UTC", "09:00-11:00", overrides: ["2050-09-05 \(hours)"]), hour)
      let days = example.list("2050-09-05T00:00:00Z", "2050-09-06T23:59:59Z")
      #expect(days == ["2050-09-06": ["09:00", "10:00"]])
    }
  }

  @Test func `several overrides of one date add up`() {
    let overrides = ["2050-09-05 09:00-10:00", "2050-09-05 15:00-16:00"]
    let example = Example(schedule("UTC", "11:00-12:00", overrides: overrides), hour)
    #expect(example.list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"] == ["09:00", "15:00"])
  }

  @Test func `55: nine o'clock in New York after the change of November`() {
    let hours = schedule("America/New_York", "09:00-17:00", workingDays)
    let after = hours.open(touching: between("2023-11-06T05:00:00Z", "2023-11-30T23:00:00Z")).intervals
    #expect(after.count == 19)
    #expect(after.allSatisfy { $0.start.text.contains("T14:00") && $0.end.text.contains("T22:00") })
    let before = hours.open(touching: between("2023-11-03T05:00:00Z", "2023-11-03T23:00:00Z")).intervals
    #expect(before == [between("2023-11-03T13:00:00Z", "2023-11-03T21:00:00Z")])
  }

  @Test func `56: the last day of a range over a change is not lost`() {
    let example = Example(schedule("Europe/London", "09:00-17:00"), hour).with(zone: "Europe/London")
      .with(now: "2023-10-01T00:00:00Z")
    let days = example.list("2023-10-23T23:00:00Z", "2023-10-31T23:59:59Z")
    #expect(days.count == 8)
    #expect(days["2023-10-28"]?.first == "08:00")
    #expect(days["2023-10-31"] == clockTimes("09:00", "16:00", every: 60))
  }

  @Test func `days of 23 and 25 hours have as many full hours`() {
    let example = Example(schedule("Europe/Rome", "00:00-23:59"), hour).with(zone: "Europe/Rome")
    let spring = example.list("2050-03-26T23:00:00Z", "2050-03-28T21:59:59Z")
    #expect(spring["2050-03-27"]?.count == 23)
    #expect(spring["2050-03-28"]?.first == "22:00", "midnight comes an hour earlier")
    let autumn = example.list("2050-10-29T22:00:00Z", "2050-10-30T22:59:59Z")
    #expect(autumn["2050-10-30"]?.count == 25)
    #expect(Set(autumn["2050-10-30"] ?? []).count == 24, "22:00Z of both evenings and 23 more")
  }

  @Test func `hours within a gap yield nothing, hours that occur twice yield both`() {
    let example = Example(schedule("Europe/Rome", "02:00-03:00"), SlotRules(length: 30)).with(
      zone: "Europe/Rome")
    let spring = example.list("2050-03-26T23:00:00Z", "2050-03-27T21:59:59Z")
    #expect(spring.isEmpty)
    let autumn = example.list("2050-10-29T22:00:00Z", "2050-10-30T22:59:59Z")
    #expect(autumn["2050-10-30"] == ["00:00", "00:30", "01:00", "01:30"])
  }

  @Test func `while travelling the hours are read in the other zone`() {
    let trip = TravelPeriod(
      first: date("2050-09-06"), last: date("2050-09-07"), zone: zone("America/New_York"))
    let example = Example(schedule("Europe/Rome", "09:00-11:00", travel: [trip]), hour)
    let days = example.list("2050-09-05T00:00:00Z", "2050-09-08T23:59:59Z")
    #expect(
      days == [
        "2050-09-05": ["07:00", "08:00"], "2050-09-06": ["13:00", "14:00"], "2050-09-07": ["13:00", "14:00"],
        "2050-09-08": ["07:00", "08:00"],
      ])
  }

  @Test func `a travel without an end goes on`() {
    let trip = TravelPeriod(first: date("2050-09-06"), last: nil, zone: zone("Pacific/Auckland"))
    let example = Example(schedule("Europe/Rome", "00:00-23:59", travel: [trip]), hour)
    let days = example.list("2050-09-05T00:00:00Z", "2050-09-08T23:59:59Z")
    #expect(days["2050-09-05"]?.count == 24, "Tuesday in Auckland begins at noon of Monday in Rome")
    #expect(days["2050-09-08"]?.count == 24)
  }

  @Test func `hours apart on the wall that touch when the clock is put back are one range`() {
    // 01:45-02:00 of summer time is followed at once by 01:00-01:30 of standard time, and then by a gap.
    let hours = schedule("America/New_York", "00:30-01:30,01:45-03:00")
    let day = Example(hours, SlotRules(length: 25)).with(zone: "America/New_York")
      .list("2050-11-06T04:00:00Z", "2050-11-07T04:59:59Z")["2050-11-06"]
    #expect(day == ["04:30", "04:55", "05:45", "06:45", "07:10", "07:35"])
  }

  @Test func `the full hour is that of the clock after it has changed by half an hour`() {
    // Lord Howe, 2050-10-02: 02:00 becomes 02:30, so 01:45 rounded up is 03:00.
    let example = Example(schedule("Australia/Lord_Howe", "01:45-06:00"), hour).with(
      zone: "Australia/Lord_Howe")
    let day = example.list("2050-10-01T13:30:00Z", "2050-10-02T12:59:59Z")["2050-10-02"]
    #expect(day == ["16:00", "17:00", "18:00"])
  }
}
