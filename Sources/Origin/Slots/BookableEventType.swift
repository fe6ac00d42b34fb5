import Scheduling

/// An event type with everything that decides when it can be booked, busy times apart. Immutable, so that one copy
/// serves many requests.
final class BookableEventType: Sendable {
  let type: EventType
  /// In order of their ids, as in `type.hosts`.
  let hosts: [Host]
  let resources: [Resource]
  let isRoundRobin: Bool
  let limits: [BookingLimit]
  /// Limits of the whole team; empty for a person's event type.
  let teamLimits: [BookingLimit]
  /// The business's own hours and closures; nil where it has neither.
  let house: House?
  /// The zone that limits count in, and that the dates of a booking window are meant in.
  let zone: ZoneRules
  let weekStart: Weekday
  /// Hosts and units of resources: whose time a booking can take.
  let subjectIDs: [Int]

  struct Host: Sendable {
    let person: Booking.Host
    let role: SlotHost.Role
    let priority: RoundRobin.Priority
    let weight: Int
    let weekly: WeeklySchedule
  }

  struct Resource: Sendable {
    let id: Int
    let needed: Int
    let unitIDs: [Int]
  }

  struct House: Sendable {
    /// Nil where it is as open as its people are.
    let weekly: WeeklySchedule?
    let closures: [BusyTime]
  }

  init(
    type: EventType, hosts: [Host], resources: [Resource], teamLimits: [BookingLimit], house: House?,
    zone: ZoneRules, weekStart: Weekday
  ) {
    self.type = type
    self.hosts = hosts
    self.resources = resources
    isRoundRobin = type.schedulingType == .roundRobin && hosts.contains { $0.role == .pool }
    limits = type.countLimits.limits(.bookings) + type.minuteLimits.limits(.minutes)
    self.teamLimits = teamLimits
    self.house = house
    self.zone = zone
    self.weekStart = weekStart
    subjectIDs = hosts.map(\.person.id) + resources.flatMap(\.unitIDs)
  }

  /// What public answers about its free times are made of.
  var cacheTags: [CacheTag] {
    [.eventType(type.id)] + (type.team.map { [.business($0.id)] } ?? []) + hosts.map { .host($0.person.id) }
  }

  /// The length that a request gets: one of those offered, or the only one. Nil when it asks for another.
  func length(asked: Int?) -> Int? {
    guard let asked, !type.lengthOptions.isEmpty else { return type.length }
    if type.isGroup { return asked }
    return type.lengthOptions.contains(asked) ? asked : nil
  }

  /// The rules for a booking of `length` minutes, which must be one that is offered.
  func rules(length: Int) -> SlotRules {
    SlotRules(
      length: length, slotInterval: type.slotInterval, offsetStart: type.offsetStart,
      beforeBuffer: type.beforeBuffer, afterBuffer: type.afterBuffer, minimumNotice: type.minimumNotice,
      window: window, firstSlotOnly: type.onlyFirstSlot, seats: type.seats?.perSlot)
  }

  /// What computes the slots, given what everybody is busy with. Its first hosts are `hosts`, in their order.
  func generator(length: Int, facts: SlotFacts) -> SlotGenerator {
    let closures = house?.weekly == nil ? house?.closures ?? [] : []
    var slotHosts = hosts.map { host in
      SlotHost(
        role: host.role, schedule: host.weekly, busy: closures + (facts.busy[host.person.id] ?? []),
        limits: facts.limits)
    }
    if let house, let weekly = house.weekly {
      slotHosts.append(SlotHost(role: .premises, schedule: weekly, busy: house.closures))
    }
    let resources = resources.map { resource in
      SlotResource(units: resource.unitIDs.map { facts.busy[$0] ?? [] }, needed: resource.needed)
    }
    return SlotGenerator(rules: rules(length: length), hosts: slotHosts, resources: resources)
  }

  /// The same, where of those who share a round robin's work only these may get it; the others keep their places and
  /// are never free. Whoever has to be there anyway still has to.
  func restricted(to hostIDs: [Int]?) -> BookableEventType {
    guard let hostIDs, isRoundRobin else { return self }
    return BookableEventType(
      type: type,
      hosts: hosts.map { $0.role == .fixed || hostIDs.contains($0.person.id) ? $0 : $0.neverFree },
      resources: resources, teamLimits: teamLimits, house: house, zone: zone, weekStart: weekStart)
  }

  private var window: BookingWindow {
    switch type.bookingWindow {
    case nil: return .unlimited
    case .calendarDays(let days, let rolling)?: return .calendarDays(days, rolling: rolling)
    case .businessDays(let days, let rolling)?: return .businessDays(days, rolling: rolling)
    case .range(let first, let last)?:
      guard let first = CivilDate(first), let last = CivilDate(last) else { return .unlimited }
      return .dates(first, last, zone: zone)
    }
  }
}

extension BookableEventType.Host {
  fileprivate var neverFree: Self {
    Self(
      person: person, role: role, priority: priority, weight: weight,
      weekly: WeeklySchedule(zone: .utc, hours: []))
  }
}
