import Foundation
import JSON

/// A time in which somebody does not work, whatever his schedule says.
struct OutOfOffice: Sendable {
  var id = 0
  var userID = 0
  var range: TimeRange
  var reason: String?
  var notes: String?
  /// Who stands in for him; for people to read.
  var toUserID: Int?
  var createdAt = Date(timeIntervalSince1970: 0)

  /// Of one absence, in days.
  static let longest = 1830
  /// Of one person.
  static let most = 1000

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("userId", userID)
      range.write(to: &json)
      json.member("reason", reason)
      json.member("notes", notes)
      json.member("toUserId", toUserID)
      json.member("createdAt", ISO8601.text(createdAt))
    }
  }
}

extension Input {
  /// Reads an absence on top of what is there.
  mutating func outOfOffice(onto current: OutOfOffice? = nil) -> OutOfOffice {
    var absence = current ?? OutOfOffice(range: TimeRange(start: .distantPast, end: .distantPast))
    absence.range = timeRange(onto: current?.range, atMostDays: OutOfOffice.longest)
    if has("reason") { absence.reason = optionalText("reason", 0...200) }
    if has("notes") { absence.notes = optionalText("notes", 0...2000) }
    if has("toUserId") { absence.toUserID = optionalInt("toUserId", 1...Int.max) }
    return absence
  }
}
