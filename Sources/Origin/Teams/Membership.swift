import Foundation
import JSON

/// That somebody works in a business, as the API shows it.
struct Membership: Sendable {
  var businessID: Int
  var id: Int
  var userID: Int
  var role: MembershipRole
  /// Whether what the team manages may lie in his own business: he says so himself.
  var acceptsManaged: Bool
  var createdAt: Date
  var name: String
  var email: String
  var username: String
  var avatarURL: String?
  var timeZone: String

  /// - Parameter given: what he has of the team's patterns, where he has just spoken about it.
  func write(to json: inout JSONWriter, given: [ManagedEventTypeStore.Given]? = nil) {
    json.object { json in
      json.member("id", id)
      json.member("teamId", businessID)
      json.member("userId", userID)
      json.member("role", role.rawValue)
      // In force at once; the format's clients look at these two.
      json.member("accepted", true)
      json.member("disableImpersonation", false)
      json.member("acceptsManagedEventTypes", acceptsManaged)
      if let given { json.array("managedEventTypes", given) { $1.write(to: &$0) } }
      json.member("createdAt", ISO8601.text(createdAt))
      json.object("user") { json in
        json.member("id", userID)
        json.member("name", name)
        json.member("email", email)
        json.member("username", username)
        json.member("avatarUrl", avatarURL)
        json.member("timeZone", timeZone)
      }
    }
  }
}
