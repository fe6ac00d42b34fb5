import Testing

@testable import Scheduling

/// slots.md 2.3 and 2.4: busy times and buffers.
@Suite struct BusyExamples {
  private let quarters = SlotRules(length: 45, slotInterval: 45)

  @Test func `34: the grid begins anew at the end of a booking`() {
    let example = Example(istWork, busy: [booked("2050-09-05T04:00:00Z", "2050-09-05T04:15:00Z")], quarters)
    #expect(example.istDay("2050-09-05") == clockTimes("04:15", "11:45", every: 45))
  }

  @Test func `34: and is rounded up to a quarter there`() {
    let example = Example(istWork, busy: [booked("2050-09-05T04:00:00Z", "2050-09-05T04:07:00Z")], quarters)
    #expect(example.istDay("2050-09-05") == clockTimes("04:15", "11:45", every: 45))
  }

  @Test func `37 and 38: a booking takes its hour, and gives it back when it is not counted`() {
    let busy = booked("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    let day = ("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")
    let with = Example(rome, busy: [busy], SlotRules(length: 60)).list(day.0, day.1)
    #expect(with["2050-09-05"] == ["07:00", "08:00", "09:00", "10:00", "12:00", "13:00", "14:00"])
    let without = Example(rome, SlotRules(length: 60)).list(day.0, day.1)
    #expect(without["2050-09-05"] == clockTimes("07:00", "14:00", every: 60))
  }

  @Test func `40: out of office leaves the day before`() {
    let away = BusyTime(between("2050-09-06T00:00:00Z", "2050-09-09T23:59:00Z"), .outOfOffice)
    let days = Example(rome, busy: [away], SlotRules(length: 60)).list(
      "2050-09-05T00:00:00Z", "2050-09-09T23:59:59Z")
    #expect(days.keys.sorted() == ["2050-09-05"])
  }

  @Test func `43: the buffer after a booking and the buffer before the new one add up`() {
    let rules = SlotRules(length: 120, beforeBuffer: 120, afterBuffer: 120)
    let event = between("2050-09-05T04:00:00Z", "2050-09-05T05:59:59Z")
    let busy = BusyTime(event, .booking(occupied: event.widened(before: 7200, after: 7200)))
    #expect(Example(istWork, busy: [busy], rules).istDay("2050-09-05") == ["10:30"])
  }

  @Test func `the buffer after the new event and the buffer before a booking add up`() {
    let rules = SlotRules(length: 60, beforeBuffer: 10, afterBuffer: 20)
    let event = between("2050-09-05T12:00:00Z", "2050-09-05T13:00:00Z")
    let busy = BusyTime(event, .booking(occupied: event.widened(before: 15 * 60, after: 25 * 60)))
    let day = Example(
      schedule("UTC", "09:00-17:00"), busy: [busy],
      SlotRules(length: 60, slotInterval: 5, beforeBuffer: 10, afterBuffer: 20)
    )
    .list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    // 12:00 - 15 - 20 - 60 = 10:25 is the last before, 13:00 + 25 + 10 = 13:35 the first after.
    #expect(day == clockTimes("09:00", "10:25", every: 5) + clockTimes("13:35", "16:00", every: 5))
    #expect(rules.beforeBuffer == 10)
  }

  @Test func `another calendar meets only the new event's buffers`() {
    let busy = BusyTime(between("2050-09-05T12:00:00Z", "2050-09-05T13:00:00Z"), .external)
    let day = Example(
      schedule("UTC", "09:00-17:00"), busy: [busy],
      SlotRules(length: 60, slotInterval: 5, beforeBuffer: 10, afterBuffer: 20)
    )
    .list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == clockTimes("09:00", "10:40", every: 5) + clockTimes("13:10", "16:00", every: 5))
  }

  @Test func `buffers may stick out of working hours and into out of office`() {
    let rules = SlotRules(length: 60, beforeBuffer: 30, afterBuffer: 30)
    let away = BusyTime(between("2050-09-05T12:00:00Z", "2050-09-05T13:00:00Z"), .outOfOffice)
    let day = Example(schedule("UTC", "09:00-15:00"), busy: [away], rules)
      .list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == ["09:00", "10:00", "11:00", "13:00", "14:00"])
  }

  @Test func `93 to 95: a reservation takes the time of its slot and says so`() {
    let held = between("2050-09-05T10:00:00Z", "2050-09-05T11:00:00Z")
    let until = at("2050-09-05T08:05:00Z")
    let example = Example(
      rome, busy: [BusyTime(held, .reservation(occupied: held, until: until))], SlotRules(length: 60))
    let day = example.list("2050-09-05T00:00:00Z", "2050-09-05T23:59:59Z")["2050-09-05"]
    #expect(day == ["07:00", "08:00", "09:00", "11:00", "12:00", "13:00", "14:00"])
    for start in ["10:15", "09:45", "10:10", "10:00"] {
      let verdict = example.generator.check(at("2050-09-05T\(start):00Z"), zone: .utc, now: example.now)
      #expect(verdict == .reserved(until: until))
    }
  }

  @Test func `the reasons tell a taken time from closed hours, a buffer and a time off the grid`() {
    let event = between("2050-09-05T11:00:00Z", "2050-09-05T12:00:00Z")
    let busy = BusyTime(event, .booking(occupied: event.widened(before: 0, after: 600)))
    let example = Example(rome, busy: [busy], SlotRules(length: 60))
    func verdict(_ time: String) -> SlotVerdict {
      example.generator.check(at("2050-09-05T\(time):00Z"), zone: .utc, now: example.now)
    }
    #expect(verdict("11:00") == .slotTaken)
    #expect(verdict("11:30") == .slotTaken)
    #expect(verdict("12:00") == .notAvailable)
    #expect(verdict("06:00") == .notAvailable)
    #expect(verdict("13:30") == .notAvailable)
    #expect(verdict("13:00") == .available(seatsTaken: 0))
    #expect(verdict("14:00") == .available(seatsTaken: 0))
    #expect(verdict("15:00") == .notAvailable)
  }
}
