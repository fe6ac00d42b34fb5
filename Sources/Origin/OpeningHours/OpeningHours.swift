import JSON
import Scheduling

/// When a business is open: its hours bound those of everybody who works there. Without any it is open whenever they
/// are.
struct OpeningHours: Sendable {
  var timeZone: String
  var hours: [Schedule.Hours]
  var closures: [Closure]

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("timeZone", timeZone)
      json.array("hours", hours) { $1.write(to: &$0) }
      json.array("closures", closures) { $1.write(to: &$0) }
    }
  }
}

/// A holiday, or other days on which nothing of a business can be booked: from the first to the last, in its own zone.
struct Closure: Sendable {
  var id = 0
  var first: CivilDate
  var last: CivilDate
  var reason: String

  /// Of one closure, in days.
  static let longest = 1830
  /// Of one business.
  static let most = 1000

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("startDate", first.text)
      json.member("endDate", last.text)
      json.member("reason", reason)
    }
  }
}
