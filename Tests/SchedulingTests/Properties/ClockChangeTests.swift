import Testing

@testable import Scheduling

/// Every change of the clock of every zone from 2020 to 2040.
@Suite struct ClockChangeTests {
  @Test func `all zones are known, and their changes`() {
    #expect(ClockChange.zoneNames.count > 400)
    #expect(ClockChange.all.count > 4000)
  }

  @Test func `starts are unique instants within the hours of the wall clock`() {
    let hours = [("00:15", "01:30"), ("01:45", "02:15"), ("02:20", "03:40"), ("22:50", "23:59")]
    let open = hours.map { clock($0).minuteOfDay..<($1 == "23:59" ? 1440 : clock($1).minuteOfDay) }
    func isOpen(_ minute: Int) -> Bool { open.contains { $0.contains(minute.modulo(1440)) } }
    for change in ClockChange.all {
      let schedule = schedule(change.zone.identifier, hours.map { "\($0)-\($1)" }.joined(separator: ","))
      let slots = starts(schedule, around: change, SlotRules(length: 20, slotInterval: 5))
      #expect(isAscending(slots))
      let outside = slots.filter { start in
        !stride(from: 0, to: 1200, by: 300).allSatisfy { isOpen(change.wall(start + $0) / 60) }
          || !isOpen(change.wall(start + 1199) / 60)
      }
      #expect(outside.isEmpty, "\(change.name)")
    }
  }

  @Test func `no start prints a time that the clock jumps over, nor one that reads as another instant`() {
    for change in ClockChange.all {
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
    for change in ClockChange.all {
      let day = change.zone.day(change.zone.date(at: change.at - 1))
      let slots = SlotGenerator(
        rules: SlotRules(length: 5),
        hosts: [SlotHost(schedule: schedule(change.zone.identifier, "00:00-23:59"))]
      ).slots(SlotQuery(from: day.start, to: day.end, zone: change.zone, now: ClockChange.longBefore))
      #expect(slots.count == day.duration / 300, "\(change.name)")
      // Of that date from its first second to its last, by Foundation's clock.
      let dates = [day.start - 1, day.start, day.end - 1, day.end].map {
        change.wall($0).floorDivided(by: 86_400)
      }
      #expect(dates[0] < dates[1] && dates[1] == dates[2] && dates[2] < dates[3], "\(change.name)")
    }
  }

  private func starts(_ schedule: WeeklySchedule, around change: ClockChange, _ rules: SlotRules) -> [Instant]
  {
    let query = SlotQuery(
      from: change.at - 86_400, to: change.at + 86_400, zone: change.zone, now: ClockChange.longBefore)
    return SlotGenerator(rules: rules, hosts: [SlotHost(schedule: schedule)]).slots(query).map(\.start)
  }

  private func isAscending(_ instants: [Instant]) -> Bool {
    zip(instants, instants.dropFirst()).allSatisfy { $0 < $1 }
  }
}
