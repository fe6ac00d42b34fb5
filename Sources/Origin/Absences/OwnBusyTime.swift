import Foundation
import JSON

/// A time that somebody entered by hand as taken. It counts like what an external calendar says.
struct OwnBusyTime: Sendable {
  var id: Int
  var range: TimeRange
  var createdAt: Date

  /// Of one entry, in days.
  static let longest = 366
  /// Of one person.
  static let most = 1000

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      range.write(to: &json)
      json.member("createdAt", ISO8601.text(createdAt))
    }
  }
}
