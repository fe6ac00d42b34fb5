extension SlotRules {
  /// The starts that notice and booking window allow, as far as they can be told from the clock alone.
  func bounds(now: Instant, zone: ZoneRules) -> Interval {
    // A notice includes its last second; without one, a slot that starts just now is late.
    let earliest = now + max(1, minimumNotice * 60)
    let today = zone.date(at: now)
    switch window {
    case .unlimited, .calendarDays(_, rolling: true), .businessDays(_, rolling: true):
      return Interval(earliest, .distantFuture)
    case .calendarDays(let days, rolling: false):
      return Interval(earliest, zone.startOfDay(today + BookingWindow.bounded(days) + 1))
    case .businessDays(let days, rolling: false):
      return Interval(earliest, zone.startOfDay(today.adding(businessDays: BookingWindow.bounded(days)) + 1))
    case .dates(let first, let last, let eventZone):
      return Interval(max(earliest, eventZone.startOfDay(first)), eventZone.startOfDay(last + 1))
    }
  }

  var withoutWindow: SlotRules {
    SlotRules(
      length: length, slotInterval: slotInterval, offsetStart: offsetStart, beforeBuffer: beforeBuffer,
      afterBuffer: afterBuffer, minimumNotice: minimumNotice, firstSlotOnly: firstSlotOnly, seats: seats)
  }
}

extension BookingWindow {
  var isRolling: Bool { rollingLimit != nil }

  /// How many days with a free slot a rolling window has.
  var rollingLimit: Int? {
    switch self {
    case .calendarDays(let days, rolling: true), .businessDays(let days, rolling: true):
      BookingWindow.bounded(days)
    default: nil
    }
  }

  /// Days after today in which a rolling window looks for days with a free slot before it gives up: three
  /// years at most, because every day of it has to be worked out.
  var rollingHorizon: Int? { rollingLimit.map { min(2 * $0 + 60, 1096) } }

  /// Whether a day with a free slot uses up one of a rolling window's days.
  func counts(_ date: CivilDate) -> Bool {
    if case .businessDays = self { return !date.weekday.isWeekend }
    return true
  }

  /// Ten years: dates stay bounded whatever is stored.
  static func bounded(_ days: Int) -> Int { min(max(days, 0), 3660) }
}

extension CivilDate {
  /// So many Mondays to Fridays on; 0 is the day itself.
  fileprivate func adding(businessDays: Int) -> CivilDate {
    var date = self
    var left = businessDays
    while left > 0 {
      date = date + 1
      if !date.weekday.isWeekend { left -= 1 }
    }
    return date
  }
}
