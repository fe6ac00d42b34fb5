import Testing

@testable import Scheduling

/// One row of slots.md: who, what, when, and what is asked.
struct Example {
  var hosts: [SlotHost]
  var rules: SlotRules
  var now = at("2020-01-01T00:00:00Z")
  var zone = ZoneRules.utc

  init(_ schedule: WeeklySchedule, busy: [BusyTime] = [], limits: [LimitUse] = [], _ rules: SlotRules) {
    hosts = [SlotHost(schedule: schedule, busy: busy, limits: limits)]
    self.rules = rules
  }

  init(hosts: [SlotHost], _ rules: SlotRules) {
    self.hosts = hosts
    self.rules = rules
  }

  func with(now: String) -> Example {
    var copy = self
    copy.now = at(now)
    return copy
  }

  func with(zone name: String) -> Example {
    var copy = self
    copy.zone = SchedulingTests.zone(name)
    return copy
  }

  var generator: SlotGenerator { SlotGenerator(rules: rules, hosts: hosts) }

  /// Starts as `HH:MM` in UTC by date of the asked zone. Every answer is also checked the other way:
  /// what it lists can be booked, and nothing else in the range can.
  func list(_ from: String, _ to: String) -> [String: [String]] {
    let query = SlotQuery(from: at(from), to: at(to), zone: zone, now: now)
    expectBookingAgrees(query)
    return Dictionary(
      uniqueKeysWithValues: generator.days(query).map { day in
        (day.date.text, day.slots.map { String($0.start.text.dropFirst(11).prefix(5)) })
      })
  }

  /// The "IST query" of slots.md for one date: that day in Kolkata, answered as `HH:MM` in UTC.
  func istDay(_ day: String) -> [String] {
    let start = at("\(day)T00:00:00+05:30")
    let asked = with(zone: "Asia/Kolkata").list(start.text, (start + 86_399).text)
    #expect(asked.keys.allSatisfy { $0 == day })
    return asked[day] ?? []
  }

  /// Several IST days in one query.
  func istDays(_ first: String, _ last: String) -> [String: [String]] {
    with(zone: "Asia/Kolkata").list("\(first)T00:00:00+05:30", (at("\(last)T00:00:00+05:30") + 86_399).text)
  }

  private func expectBookingAgrees(_ query: SlotQuery) {
    let listed = Set(generator.slots(query).map(\.start))
    let everyFiveMinutes = stride(from: query.from.seconds, to: query.to.seconds, by: 300).map(
      Instant.init(seconds:))
    for start in listed.union(everyFiveMinutes) {
      let verdict = generator.check(start, zone: zone, now: now)
      if case .available = verdict {
        #expect(listed.contains(start), "\(start.text) can be booked and is not listed")
        #expect(!generator.freeHosts(at: start).isEmpty || rules.seats != nil)
      } else {
        #expect(!listed.contains(start), "\(start.text) is listed and refused: \(verdict)")
      }
    }
  }
}
