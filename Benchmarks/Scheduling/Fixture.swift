import Scheduling

/// Hosts, busy times and questions, the same in every run.
enum Fixture {
  static let zone: ZoneRules = {
    // A static program that uses little of Foundation may have no zones linked in.
    guard let rome = ZoneRules.named("Europe/Rome") else { fatalError("no time zones") }
    return rome
  }()
  /// Friday, 30 September 2050, noon UTC: the month ahead has a change of the clock at its end.
  static let now = instant("2050-09-30T12:00:00Z")
  static let start = instant("2050-10-12T12:00:00Z")
  static let month = SlotQuery(
    from: instant("2050-10-01T00:00:00Z"), to: instant("2050-11-01T00:00:00Z"), zone: zone, now: now)
  static let week = SlotQuery(
    from: instant("2050-10-03T00:00:00Z"), to: instant("2050-10-10T00:00:00Z"), zone: zone, now: now)
  static let fourWeeks = SlotQuery(
    from: instant("2050-10-01T00:00:00Z"), to: instant("2050-10-29T00:00:00Z"), zone: zone, now: now)
  static let year = SlotQuery(
    from: instant("2050-10-01T00:00:00Z"), to: instant("2051-10-01T00:00:00Z"), zone: zone, now: now)

  private static let halfHours = SlotRules(length: 30, beforeBuffer: 5, afterBuffer: 5, minimumNotice: 120)
  private static let fiveMinutes = SlotRules(length: 5)

  static let oneHost = SlotGenerator(
    rules: halfHours, hosts: [SlotHost(schedule: hours(9, 18), busy: busy(200, seed: 1))])
  static let oneQuietHost = SlotGenerator(
    rules: halfHours, hosts: [SlotHost(schedule: hours(9, 17), busy: busy(12, seed: 2))])
  /// A range every four hours of the year, of up to three hours and three quarters.
  static let manyRanges = SlotGenerator(
    rules: fiveMinutes,
    hosts: [
      SlotHost(
        schedule: hours(0, 24),
        busy: (0..<2000).map { index in
          let from = instant("2050-10-01T00:00:00Z") + index * 4 * 3600
          return external(from, minutes: 15 + index % 7)
        })
    ])
  /// A range of each host and day, all of a day overlapping.
  static let overlappingRanges = SlotGenerator(
    rules: fiveMinutes,
    hosts: (0..<100).map { SlotHost(role: .pool, schedule: hours(7 + $0 % 4, 17 + $0 % 5)) })
  static let pool = SlotGenerator(
    rules: halfHours,
    hosts: (0..<100).map {
      SlotHost(role: .pool, schedule: hours(8 + $0 % 3, 16 + $0 % 4), busy: busy(40, seed: UInt64(3 + $0)))
    })
  static let collective = SlotGenerator(
    rules: halfHours,
    hosts: (0..<10).map { SlotHost(schedule: hours(9, 18), busy: busy(40, seed: UInt64(200 + $0))) })
  static let rooms = SlotGenerator(
    rules: halfHours, hosts: oneQuietHost.hosts,
    resources: [SlotResource(units: (0..<20).map { busy(40, seed: UInt64(300 + $0)) })])
  static let candidates = (0..<100).map { index in
    RoundRobin.Candidate(
      hostID: index, priority: index % 10 == 0 ? .high : .medium, weight: 50 + index % 3 * 50,
      assigned: index * 7 % 13, lastAssigned: now - index * 3600)
  }

  /// Made anew each time.
  static var schedule: WeeklySchedule {
    let week = [Weekday.monday, .tuesday, .wednesday, .thursday, .friday]
    guard let nine = ClockTime(hour: 9, minute: 0), let five = ClockTime(hour: 17, minute: 0) else {
      fatalError("no such hours")
    }
    let first = zone.date(at: start)
    return WeeklySchedule(
      zone: zone, hours: week.map { WeeklyHours($0, nine, five) },
      overrides: (0..<5).map { DateOverride(first + 7 * $0, nine, five) })
  }

  /// Monday to Friday, without a lunch break; 24 is midnight, and then on all days.
  private static func hours(_ from: Int, _ to: Int) -> WeeklySchedule {
    let days = to == 24 ? Weekday.allCases : [.monday, .tuesday, .wednesday, .thursday, .friday]
    guard let start = ClockTime(hour: from, minute: 0),
      let end = to == 24 ? ClockTime(hour: 23, minute: 59) : ClockTime(hour: to, minute: 0)
    else { fatalError("no such hours") }
    return WeeklySchedule(zone: zone, hours: days.map { WeeklyHours($0, start, end) })
  }

  /// Bookings and calendar entries spread over the month, in no order.
  private static func busy(_ count: Int, seed: UInt64) -> [BusyTime] {
    var state = seed
    return (0..<count).map { index in
      // A linear congruential generator: the same times in every run.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let quarter = Int(state >> 33) % (31 * 96)
      let from = month.from + quarter * 900
      if index % 3 == 0 { return external(from, minutes: 30) }
      let event = Interval(from, from + 1800)
      return BusyTime(event, .booking(occupied: event.widened(before: 300, after: 300)))
    }
  }

  private static func external(_ from: Instant, minutes: Int) -> BusyTime {
    BusyTime(Interval(from, from + minutes * 60), .external)
  }

  private static func instant(_ text: String) -> Instant {
    guard let instant = Instant(text) else { fatalError("not an instant: \(text)") }
    return instant
  }
}
