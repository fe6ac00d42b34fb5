import Testing

@testable import Scheduling

/// How far an answer looks, so that a caller loads enough and no more.
@Suite struct SlotRangesTests {
  private let query = SlotQuery(
    from: at("2050-09-07T12:00:00Z"), to: at("2050-09-07T13:00:00Z"), zone: .utc,
    now: at("2050-09-01T12:00:00Z"))

  private func busyRange(_ rules: SlotRules, isRoundRobin: Bool = false) -> Interval {
    SlotGenerator.busyRange(for: query, rules: rules, isRoundRobin: isRoundRobin)
  }

  @Test func `busy times from the opening of the hours that run when the query begins`() {
    let busy = booked("2050-09-07T09:00:00Z", "2050-09-07T09:20:00Z")
    let hours = schedule("UTC", "09:00-17:00")
    let rules = SlotRules(length: 50)
    func starts(_ busy: [BusyTime]) -> [Instant] {
      SlotGenerator(rules: rules, hosts: [SlotHost(schedule: hours, busy: busy)]).slots(query).map(\.start)
    }
    #expect(starts([busy]) != starts([]), "a booking of the morning moves the grid of noon")
    #expect(busyRange(rules).start <= busy.interval.start)
    #expect(busyRange(rules).end >= at("2050-09-07T13:50:00Z"), "the last slot has to end")
  }

  @Test func `buffers, rolling windows and pools look further`() {
    let plain = busyRange(SlotRules(length: 60))
    let buffered = busyRange(SlotRules(length: 60, beforeBuffer: 30, afterBuffer: 20))
    #expect(buffered == plain.widened(before: 1800, after: 1200))
    let rolling = busyRange(SlotRules(length: 60, window: .calendarDays(10, rolling: true)))
    #expect(rolling.start <= at("2050-09-01T00:00:00Z"))
    #expect(busyRange(SlotRules(length: 60), isRoundRobin: true).start <= at("2050-09-04T00:00:00Z") - 86_400)
  }

  @Test func `bookings for limits from the beginning of the longest period to its end`() {
    func range(_ periods: [Period]) -> Interval {
      SlotGenerator.limitRange(
        for: query, rules: SlotRules(length: 60),
        limits: periods.map { BookingLimit(.count, per: $0, atMost: 1) },
        isRoundRobin: false, zone: zone("Asia/Dhaka"))
    }
    #expect(range([.year, .day]) == between("2049-12-31T18:00:00Z", "2050-12-31T18:00:00Z"))
    #expect(range([.month]) == between("2050-08-31T18:00:00Z", "2050-09-30T18:00:00Z"))
    #expect(range([]).isEmpty)
  }
}
