import Scheduling

/// An event type with the hours that apply to it: all that slots and bookings need to know, busy times apart.
struct BookableEventType: Sendable {
  var type: EventType
  /// The event type's own schedule, else its owner's default; nil when he has none.
  var schedule: Schedule?

  var host: Booking.Host {
    Booking.Host(
      id: type.owner.id, name: type.owner.name, email: type.owner.email, username: type.owner.username,
      timeZone: type.owner.timeZone)
  }

  /// The zone in which working hours, and the dates of a booking window, are meant.
  var zone: ZoneRules { schedule.flatMap { ZoneRules.named($0.timeZone) } ?? .utc }

  /// The rules for a booking of `length` minutes, which must be one that is offered.
  func rules(length: Int) -> SlotRules {
    SlotRules(
      length: length, slotInterval: type.slotInterval, offsetStart: type.offsetStart,
      beforeBuffer: type.beforeBuffer, afterBuffer: type.afterBuffer, minimumNotice: type.minimumNotice,
      window: window, firstSlotOnly: type.onlyFirstSlot)
  }

  /// What computes the slots, given what the host is busy with.
  func generator(length: Int, busy: [BusyTime]) -> SlotGenerator {
    let weekly = schedule?.weekly ?? WeeklySchedule(zone: .utc, hours: [])
    return SlotGenerator(rules: rules(length: length), hosts: [SlotHost(schedule: weekly, busy: busy)])
  }

  /// The length that a request gets: one of those offered, or the only one. Nil when it asks for another.
  func length(asked: Int?) -> Int? {
    guard let asked, !type.lengthOptions.isEmpty else { return type.length }
    return type.lengthOptions.contains(asked) ? asked : nil
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
