import Foundation
import JSON

/// Somebody whom a business knows: he booked, or was entered by hand.
struct Customer: Sendable {
  var id: Int
  var businessID: Int
  var name: String
  var email: String?
  var phoneNumber: String?
  var notes: String
  var createdAt: Date
  var updatedAt: Date

  func write(to json: inout JSONWriter) {
    json.object { writeMembers(to: &$0) }
  }

  func writeMembers(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("businessId", businessID)
    json.member("name", name)
    json.member("email", email)
    json.member("phoneNumber", phoneNumber)
    json.member("notes", notes)
    json.member("createdAt", ISO8601.text(createdAt))
    json.member("updatedAt", ISO8601.text(updatedAt))
  }
}

/// What entering or changing a customer says; nil leaves a field as it is.
struct CustomerChanges: Sendable {
  var name: String?
  var email: String?
  var phoneNumber: String?
  var notes: String?
}
