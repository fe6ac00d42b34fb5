import Testing

@testable import Scheduling

/// slots.md 2.7: how far ahead.
@Suite struct WindowExamples {
  private let full = clockTimes("04:30", "11:30", every: 60)
  /// Friday, 07:00 in Kolkata.
  private let now = "2024-05-31T01:30:00Z"

  private func days(_ window: BookingWindow, now: String? = nil, busy: [BusyTime] = []) -> [String: [String]]
  {
    Example(istWork, busy: busy, SlotRules(length: 60, window: window)).with(now: now ?? self.now)
      .istDays("2024-05-31", "2024-06-06")
  }

  private func expectFull(_ days: [String: [String]], _ expected: [String]) {
    #expect(days.keys.sorted() == expected)
    #expect(days.values.allSatisfy { $0 == full })
  }

  @Test func `60: today and two days more`() {
    expectFull(days(.calendarDays(2, rolling: false)), ["2024-05-31", "2024-06-01", "2024-06-02"])
  }

  @Test func `61: the window does not grow when today is over`() {
    expectFull(
      days(.calendarDays(2, rolling: false), now: "2024-05-31T11:30:00Z"), ["2024-06-01", "2024-06-02"])
  }

  @Test func `65: weekends are shown and not counted`() {
    expectFull(
      days(.businessDays(2, rolling: false)),
      ["2024-05-31", "2024-06-01", "2024-06-02", "2024-06-03", "2024-06-04"])
  }

  @Test func `67: a rolling window counts days that have a slot`() {
    let sunday = booked("2024-06-02T00:00:00Z", "2024-06-02T18:00:00Z")
    expectFull(
      days(.calendarDays(3, rolling: true), busy: [sunday]), ["2024-05-31", "2024-06-01", "2024-06-03"])
  }

  @Test func `a rolling window of business days passes over the weekend`() {
    expectFull(
      days(.businessDays(2, rolling: true)), ["2024-05-31", "2024-06-01", "2024-06-02", "2024-06-03"])
  }

  @Test func `a rolling window counts from today also when only later days are asked for`() {
    let example = Example(istWork, SlotRules(length: 60, window: .calendarDays(3, rolling: true))).with(
      now: now)
    #expect(example.istDay("2024-06-02") == full)
    #expect(example.istDay("2024-06-03").isEmpty)
    let verdict = example.generator.check(
      at("2024-06-03T04:30:00Z"), zone: zone("Asia/Kolkata"), now: example.now)
    #expect(verdict == .outOfBounds)
  }

  @Test func `72: both dates of a range, in the event's zone`() {
    let window = BookingWindow.dates(date("2024-06-01"), date("2024-06-02"), zone: zone("Asia/Kolkata"))
    expectFull(days(window), ["2024-06-01", "2024-06-02"])
  }

  @Test func `days of a window are those of the booker`() {
    // 01:30Z is still Thursday in New York: today there ends at 04:00Z on Friday.
    let example = Example(utcDay, SlotRules(length: 60, window: .calendarDays(0, rolling: false)))
      .with(now: now).with(zone: "America/New_York")
    #expect(
      example.list("2024-05-31T00:00:00Z", "2024-06-02T00:00:00Z") == ["2024-05-30": ["02:00", "03:00"]])
  }

  @Test func `the first slot only is the earliest of each day of the booker`() {
    let example = Example(istWork, SlotRules(length: 60, firstSlotOnly: true)).with(now: now)
    #expect(
      example.istDays("2024-05-31", "2024-06-02")
        == ["2024-05-31": ["04:30"], "2024-06-01": ["04:30"], "2024-06-02": ["04:30"]])
    let halfDay = example.with(zone: "Asia/Kolkata").list("2024-06-01T05:00:00Z", "2024-06-02T05:00:00Z")
    #expect(
      halfDay == ["2024-06-02": ["04:30"]], "the first of a day stays the first when half of it is asked for")
  }
}
