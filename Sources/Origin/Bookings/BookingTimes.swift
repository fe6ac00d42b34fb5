import Scheduling

/// Times in words, for mails: in the reader's own zone, with its name.
enum BookingTimes {
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
  ]

  /// `Tuesday, 8 January 2030, 14:00 to 15:00 (Europe/Rome)`
  static func long(_ start: Instant, _ end: Instant, _ zone: ZoneRules) -> String {
    let first = zone.date(at: start)
    let last = zone.date(at: end)
    let until = last == first ? clock(end, zone) : "\(day(last)), \(clock(end, zone))"
    return "\(day(first)), \(clock(start, zone)) to \(until) (\(zone.identifier))"
  }

  /// `8 January 2030, 14:00`
  static func short(_ instant: Instant, _ zone: ZoneRules) -> String {
    let (year, month, day) = zone.date(at: instant).components
    return "\(day) \(months[month - 1]) \(year), \(clock(instant, zone))"
  }

  private static func day(_ date: CivilDate) -> String {
    let (year, month, day) = date.components
    return "\(date.weekday.name), \(day) \(months[month - 1]) \(year)"
  }

  private static func clock(_ instant: Instant, _ zone: ZoneRules) -> String {
    let seconds = zone.wallSeconds(at: instant) - zone.date(at: instant).daysSince1970 * 86_400
    return ClockTime(minuteOfDay: seconds / 60)?.text ?? ""
  }
}
