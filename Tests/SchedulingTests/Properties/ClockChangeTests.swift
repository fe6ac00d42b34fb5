import Foundation
import Testing

@testable import Scheduling

/// Every change of the clock of every zone from 2020 to 2040.
@Suite struct ClockChangeTests {
  private struct Change {
    let zone: ZoneRules
    let foundation: TimeZone
    let at: Instant

    func wall(_ instant: Instant) -> Int {
      instant.seconds + foundation.secondsFromGMT(for: instant.date)
    }
  }

  private static let zoneNames = TimeZone.knownTimeZoneIdentifiers.filter { ZoneRules.named($0) != nil }

  private static let changes: [Change] = zoneNames.flatMap { name -> [Change] in
    guard let rules = ZoneRules.named(name), let foundation = TimeZone(identifier: name) else { return [] }
    return rules.transitions
      .filter {
        SchedulingTests.at("2020-01-01T00:00:00Z") <= $0 && $0 < SchedulingTests.at("2041-01-01T00:00:00Z")
      }
      .map { Change(zone: rules, foundation: foundation, at: $0) }
  }

  @Test func `all zones are known, and their changes`() {
    #expect(Self.zoneNames.count > 400)
    #expect(Self.changes.count > 4000)
  }

  @Test func `starts are unique instants within the hours of the wall clock`() {
    let hours = [("00:15", "01:30"), ("01:45", "02:15"), ("02:20", "03:40"), ("22:50", "23:59")]
    let open = hours.map { clock($0).minuteOfDay..<($1 == "23:59" ? 1440 : clock($1).minuteOfDay) }
    func isOpen(_ minute: Int) -> Bool { open.contains { $0.contains(minute.modulo(1440)) } }
    for change in Self.changes {
      let schedule = schedule(change.zone.identifier, hours.map { "\($0)-\($1)" }.joined(separator: ","))
      let slots = starts(schedule, around: change, SlotRules(length: 20, slotInterval: 5))
      #expect(isAscending(slots))
      let outside = slots.filter { start in
        !stride(from: 0, to: 1200, by: 300).allSatisfy { isOpen(change.wall(start + $0) / 60) }
          || !isOpen(change.wall(start + 1199) / 60)
      }
      #expect(outside.isEmpty, "\(change.zone.identifier) \(change.at.text)")
    }
  }

  @Test func `no start prints a time that the clock jumps over, nor one that reads as another instant`() {
    for change in Self.changes {
      for start in starts(
        schedule(change.zone.identifier, "00:00-23:59"), around: change, SlotRules(length: 15))
      {
        switch change.zone.instants(wallSeconds: change.wall(start)) {
        case .once(let instant): #expect(instant == start)
        case .twice(let first, let second): #expect(start == first || start == second)
        case .never: Issue.record("\(change.zone.identifier) \(start.text) is in a gap")
        }
      }
    }
  }

  @Test func `an open day is filled, however long it is`() {
    for change in Self.changes {
      let day = change.zone.day(change.zone.date(at: change.at - 1))
      let slots = SlotGenerator(
        rules: SlotRules(length: 5),
        hosts: [SlotHost(schedule: schedule(change.zone.identifier, "00:00-23:59"))]
      ).slots(SlotQuery(from: day.start, to: day.end, zone: change.zone, now: at("2019-01-01T00:00:00Z")))
      #expect(slots.count == day.duration / 300, "\(change.zone.identifier) \(change.at.text)")
    }
  }

  private func starts(_ schedule: WeeklySchedule, around change: Change, _ rules: SlotRules) -> [Instant] {
    let query = SlotQuery(
      from: change.at - 86_400, to: change.at + 86_400, zone: change.zone, now: at("2019-01-01T00:00:00Z"))
    return SlotGenerator(rules: rules, hosts: [SlotHost(schedule: schedule)]).slots(query).map(\.start)
  }

  private func isAscending(_ instants: [Instant]) -> Bool {
    zip(instants, instants.dropFirst()).allSatisfy { $0 < $1 }
  }
}
