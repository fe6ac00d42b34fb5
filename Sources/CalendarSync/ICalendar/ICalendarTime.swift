import Foundation

/// The DATE-TIME and UTC-OFFSET forms of RFC 5545 (sections 3.3.5 and 3.3.14). Fractions of a second are
/// cut off.
enum ICalendarTime {
  static func utc(_ date: Date) -> String {
    local(date, offset: 0) + "Z"
  }

  /// What a clock shows that is `offset` seconds ahead of UTC.
  static func local(_ date: Date, offset: Int) -> String {
    let parts = components(date, offset: offset)
    return digits(parts.year ?? 0, 4) + digits(parts.month ?? 0, 2) + digits(parts.day ?? 0, 2) + "T"
      + digits(parts.hour ?? 0, 2) + digits(parts.minute ?? 0, 2) + digits(parts.second ?? 0, 2)
  }

  static func components(_ date: Date, offset: Int) -> DateComponents {
    calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second, .weekday],
      from: date.addingTimeInterval(TimeInterval(offset)))
  }

  /// `+0530`, with seconds only where there are some (local mean times of the 19th century).
  static func offset(_ seconds: Int) -> String {
    let size = abs(seconds)
    let text = (seconds < 0 ? "-" : "+") + digits(size / 3600, 2) + digits(size / 60 % 60, 2)
    return size % 60 == 0 ? text : text + digits(size % 60, 2)
  }

  static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    return calendar
  }()

  private static func digits(_ value: Int, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}
