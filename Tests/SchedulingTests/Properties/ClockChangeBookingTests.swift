import Testing

@testable import Scheduling

/// Around every change of the clock of every zone from 2020 to 2040: what is listed, what can be booked, and
/// what the notice and the hours mean there.
@Suite struct ClockChangeBookingTests {
  @Test func `what is listed around a change can be booked, and its neighbours that are not listed cannot`() {
    for (index, change) in ClockChange.all.enumerated() {
      let made = Variant(index, change)
      let query = SlotQuery(
        from: change.at - 4 * 3600, to: change.at + 5 * 3600, zone: made.booker, now: made.now)
      let listed = made.generator.slots(query).map(\.start)
      let wrong = made.asked(near: change.at, listed).filter { start in
        let isListed = listed.contains(start)
        let verdict = made.generator.check(start, zone: made.booker, now: made.now)
        let isBookable = verdict == .available(seatsTaken: 0) && !made.generator.freeHosts(at: start).isEmpty
        return isListed != isBookable
      }
      #expect(wrong.isEmpty, "\(change.name) \(made.hours): \(wrong.map(\.text))")
    }
  }

  @Test func `the notice is elapsed time, also over a change`() {
    for (index, change) in ClockChange.all.enumerated() {
      // From before the change to after it, and from within the hour before.
      let hours = 2 + index % 5
      let now = change.at - (index % 2 == 0 ? 3600 : 1800)
      let generator = SlotGenerator(
        rules: SlotRules(length: 5, slotInterval: 1, minimumNotice: hours * 60),
        hosts: [SlotHost(schedule: schedule(change.zone.identifier, "00:00-23:59"))])
      let earliest = now + hours * 3600
      let query = SlotQuery(from: now, to: earliest + 1800, zone: change.zone, now: now)
      #expect(generator.slots(query).first?.start == earliest, "\(change.name)")
      #expect(generator.check(earliest - 60, zone: change.zone, now: now) == .outOfBounds, "\(change.name)")
    }
  }

  @Test func `nine to five is wall time on the day before a change, on its day and on the day after`() {
    let nineToFive = 9 * 3600..<17 * 3600
    for change in ClockChange.all {
      let day = change.zone.date(at: change.at)
      let query = SlotQuery(
        from: change.zone.startOfDay(day - 1), to: change.zone.startOfDay(day + 2), zone: change.zone,
        now: ClockChange.longBefore)
      let days = SlotGenerator(
        rules: SlotRules(length: 60),
        hosts: [SlotHost(schedule: schedule(change.zone.identifier, "09:00-17:00"))]
      ).days(query)
      // Nobody changes clocks at work: else this list would be another.
      #expect(!nineToFive.contains(change.wall(change.at).modulo(86_400)), "\(change.name)")
      #expect(days.map(\.date) == [day - 1, day, day + 1], "\(change.name)")
      for day in days {
        let wall = day.slots.map { change.wall($0.start) - day.date.daysSince1970 * 86_400 }
        #expect(wall == Array(stride(from: 9 * 3600, to: 17 * 3600, by: 3600)), "\(change.name)")
      }
    }
  }
}

/// Another event type, host and booker for each change, so that all of them meet all sorts of rules.
private struct Variant {
  let hours: String
  let booker: ZoneRules
  let now: Instant
  let generator: SlotGenerator

  private static let bookers = ["Europe/Rome", "Asia/Kathmandu", "America/St_Johns"].map {
    SchedulingTests.zone($0)
  }
  private static let openings = [
    "00:00-23:59", "00:30-01:50,02:10-05:00", "01:45-04:00", "22:00-23:59,00:15-02:30",
  ]

  init(_ index: Int, _ change: ClockChange) {
    hours = Self.openings[index % Self.openings.count]
    booker = index % 3 == 0 ? Self.bookers[index / 3 % Self.bookers.count] : change.zone
    let rules = SlotRules(
      length: [15, 20, 25, 30, 45, 60, 90][index % 7], slotInterval: [nil, nil, 10, 30, 60][index % 5],
      offsetStart: index % 11 == 0 ? 5 : 0, minimumNotice: index % 13 == 0 ? 240 : 0)
    now = index % 13 == 0 ? change.at - 3 * 3600 : ClockChange.longBefore
    let event = Interval(change.at + 1800, change.at + 2400)
    let busy = index % 4 == 3 ? [BusyTime(event, .booking(occupied: event))] : []
    let own = schedule(change.zone.identifier, hours)
    // Every sixth has a pool of two, the second of them elsewhere.
    let second = SlotHost(role: .pool, schedule: schedule("Europe/London", "00:00-23:59"))
    generator = SlotGenerator(
      rules: rules,
      hosts: index % 6 == 5
        ? [SlotHost(role: .pool, schedule: own, busy: busy), second] : [SlotHost(schedule: own, busy: busy)])
  }

  /// The listed starts nearest to the change, what is five minutes beside each, and the change itself.
  func asked(near change: Instant, _ listed: [Instant]) -> Set<Instant> {
    let nearest = listed.sorted { abs($0 - change) < abs($1 - change) }.prefix(4)
    return Set(nearest.flatMap { [$0, $0 - 300, $0 + 300] } + [change, change - 3600, change + 3600])
  }
}
