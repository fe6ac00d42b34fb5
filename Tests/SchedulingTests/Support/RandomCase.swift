import Testing

@testable import Scheduling

/// A made-up event type, its hosts and a query; half of them lie around a change of some clock.
struct RandomCase {
  var random: SeededGenerator
  let query: SlotQuery
  let rules: SlotRules
  let hosts: [RandomHost]

  static let zones = [
    "UTC", "Asia/Kolkata", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Chatham", "America/St_Johns", "Africa/Cairo", "America/Santiago", "Africa/Casablanca",
    "America/Havana", "Pacific/Apia", "Atlantic/Azores", "Antarctica/Troll", "Asia/Beirut",
    "Pacific/Kiritimati",
  ]

  /// `openDays`: how many of a hundred hosts are open around the clock; the others seldom have time in common.
  init(seed: Int, hostCount: Int = 1, poolFrom: Int = 1, days: Int = 2, openDays: Int = 25) {
    var random = SeededGenerator(seed: seed)
    var hostZones: [ZoneRules] = []
    for _ in 0..<hostCount { hostZones.append(zone(random.pick(Self.zones))) }
    let bookerZone = random.chance(50) ? hostZones[0] : zone(random.pick(Self.zones))
    let from = Self.moment(near: hostZones[0], &random)
    let to = from + Int.random(in: 1...(days * 1440), using: &random) * 60
    let isNear = random.chance(40)
    let now = isNear ? from + Int.random(in: -40_000...80_000, using: &random) : from - 40 * 86_400
    query = SlotQuery(from: from, to: to, zone: bookerZone, now: now)
    rules = Self.rules(&random)
    var hosts: [RandomHost] = []
    for (index, zone) in hostZones.enumerated() {
      hosts.append(
        RandomHost(
          zone: zone, role: index >= poolFrom ? .pool : .fixed, around: query, openDays: openDays, &random))
    }
    self.hosts = hosts
    self.random = random
  }

  var generator: SlotGenerator { SlotGenerator(rules: rules, hosts: hosts.map(\.host)) }

  private static func moment(near zone: ZoneRules, _ random: inout SeededGenerator) -> Instant {
    let any = at("2020-01-01T00:00:00Z") + Int.random(in: 0..<(20 * 365 * 1440), using: &random) * 60
    let changes = zone.transitions.filter {
      at("2020-01-01T00:00:00Z") < $0 && $0 < at("2041-01-01T00:00:00Z")
    }
    guard !changes.isEmpty, random.chance(50) else { return any }
    return random.pick(changes) + Int.random(in: -1440...300, using: &random) * 60
  }

  private static func rules(_ random: inout SeededGenerator) -> SlotRules {
    let lengths = [5, 7, 10, 15, 20, 25, 30, 45, 50, 60, 75, 90, 120, 240]
    return SlotRules(
      length: random.pick(lengths), slotInterval: random.chance(40) ? random.pick(lengths) : nil,
      offsetStart: random.pick([0, 0, 0, 5, 15]), beforeBuffer: random.pick([0, 0, 10, 30]),
      afterBuffer: random.pick([0, 0, 10, 30]), minimumNotice: random.pick([0, 0, 30, 120, 1500]),
      firstSlotOnly: random.chance(15))
  }
}

/// A host in the raw, so that an oracle can read what the generator is told.
struct RandomHost {
  let zone: ZoneRules
  let role: SlotHost.Role
  let hours: [WeeklyHours]
  let overrides: [DateOverride]
  let busy: [BusyTime]

  var host: SlotHost {
    SlotHost(role: role, schedule: WeeklySchedule(zone: zone, hours: hours, overrides: overrides), busy: busy)
  }

  init(
    zone: ZoneRules, role: SlotHost.Role, around query: SlotQuery, openDays: Int,
    _ random: inout SeededGenerator
  ) {
    self.zone = zone
    self.role = role
    let wholeDays = random.chance(openDays)
    hours = Weekday.allCases.flatMap { day -> [WeeklyHours] in
      if wholeDays { return [WeeklyHours(day, clock("00:00"), clock("23:59"))] }
      return (0..<Int.random(in: 0...3, using: &random)).map { _ in
        WeeklyHours(day, Self.time(&random), Self.time(&random))
      }
    }
    overrides = (0..<Int.random(in: 0...2, using: &random)).map { _ in
      let date = zone.date(at: query.from) + Int.random(in: 0...3, using: &random)
      return DateOverride(date, Self.time(&random), Self.time(&random))
    }
    busy = (0..<Int.random(in: 0...8, using: &random)).map { _ in Self.busy(around: query, &random) }
  }

  private static func time(_ random: inout SeededGenerator) -> ClockTime {
    if random.chance(15) { return clock("23:59") }
    let minute =
      random.chance(80)
      ? 15 * Int.random(in: 0..<96, using: &random) : Int.random(in: 0..<1440, using: &random)
    return ClockTime(minuteOfDay: minute) ?? clock("00:00")
  }

  private static func busy(around query: SlotQuery, _ random: inout SeededGenerator) -> BusyTime {
    let start = query.from + Int.random(in: -1440...4000, using: &random) * 60
    let event = Interval(start, start + Int.random(in: 1...300, using: &random) * 60)
    let occupied = event.widened(before: random.pick([0, 900]), after: random.pick([0, 600]))
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return BusyTime(event, .external)
    case 1: return BusyTime(event, .outOfOffice)
    case 2: return BusyTime(event, .reservation(occupied: occupied, until: event.end))
    default: return BusyTime(event, .booking(occupied: occupied))
    }
  }
}
