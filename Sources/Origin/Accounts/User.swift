import Foundation
import JSON

/// A person with an account. Every user owns a business of his own, `businessID`.
struct User: Sendable {
  var id: Int
  var businessID: Int
  var email: String
  var username: String
  var name: String
  var timeZone: String
  var timeFormat: Int
  var weekStart: String
  var locale: String
  var avatarURL: String?
  var bio: String?
  var metadata: [UInt8]
  var defaultScheduleID: Int?
  var createdAt: Date

  /// The shape of `GET /v2/me`, api.md 1.8.
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("username", username)
      json.member("email", email)
      json.member("name", name)
      json.member("avatarUrl", avatarURL)
      json.member("bio", bio)
      json.member("timeFormat", timeFormat)
      json.member("defaultScheduleId", defaultScheduleID)
      json.member("weekStart", weekStart)
      json.member("timeZone", timeZone)
      json.member("locale", locale)
      json.member("organizationId", JSONValue.null)
      json.member("businessId", businessID)
      json.member("metadata", raw: metadata)
    }
  }
}

/// What signing up needs, checked.
struct NewUser: Sendable {
  var email: String
  var passwordHash: String
  var name: String
  var username: String
  var timeZone: String
}

/// What of a profile changes; nil leaves it as it is.
struct UserChanges: Sendable {
  var email: String?
  var name: String?
  var timeFormat: Int?
  var defaultScheduleID: Int?
  var weekStart: String?
  var timeZone: String?
  var locale: String?
  /// These two can be taken away: nil within.
  var avatarURL: String??
  var bio: String??
  var metadata: [UInt8]?
}
