import Foundation
import JSON
import Postgres
import Scheduling

/// From when to when somebody is away or busy.
struct TimeRange: Sendable, Equatable {
  var start: Date
  var end: Date

  var stored: TimestampRange { TimestampRange(lower: start, upper: end) }

  func write(to json: inout JSONWriter) {
    json.member("start", ISO8601.text(start))
    json.member("end", ISO8601.text(end))
  }

  /// The time that one of the two covers, and what lies between them.
  func union(_ other: TimeRange) -> TimeRange {
    TimeRange(start: min(start, other.start), end: max(end, other.end))
  }
}

extension Input {
  /// `start` and `end` on top of what is there. A date alone is its first second, as an end its last, UTC.
  mutating func timeRange(onto current: TimeRange? = nil, atMostDays days: Int) -> TimeRange {
    let start = optionalInstant("start", takesDates: true)?.date ?? current?.start
    let end = rangeEnd("end")?.date ?? current?.end
    if start == nil { mistake("start", "is required") }
    if end == nil { mistake("end", "is required") }
    guard let start, let end else { return TimeRange(start: .distantPast, end: .distantPast) }
    if end <= start {
      mistake("end", "must be after start")
    } else if end.timeIntervalSince(start) > Double(days * 86_400) {
      mistake("end", "must be at most \(days) days after start")
    }
    return TimeRange(start: start, end: end)
  }

  private mutating func rangeEnd(_ key: String) -> Instant? {
    guard let text = value(key)?.string, let date = CivilDate(text) else { return optionalInstant(key) }
    return ZoneRules.utc.startOfDay(date) + 86_399
  }
}
