import Testing

@testable import Scheduling

/// The day that docs/scheduling.md works through.
@Suite struct DocumentedDay {
  private let example: Example = {
    let booking = between("2050-09-06T10:00:00+02:00", "2050-09-06T10:30:00+02:00")
    let busy = [
      BusyTime(booking, .booking(occupied: booking.widened(before: 0, after: 600))),
      BusyTime(between("2050-09-06T12:15:00+02:00", "2050-09-06T12:30:00+02:00"), .external),
    ]
    let rules = SlotRules(length: 45, beforeBuffer: 5, afterBuffer: 15, minimumNotice: 120)
    return Example(schedule("Europe/Rome", "09:00-13:00"), busy: busy, rules).with(zone: "Europe/Rome")
  }()

  @Test(arguments: [("06:40", ["07:00", "08:45"]), ("07:10", ["08:45"])])
  func `Ana's Tuesday`(asked: String, starts: [String]) {
    let days = example.with(now: "2050-09-06T\(asked):00+02:00").list(
      "2050-09-05T22:00:00Z", "2050-09-06T22:00:00Z")
    #expect(days["2050-09-06"] == starts)
  }
}
