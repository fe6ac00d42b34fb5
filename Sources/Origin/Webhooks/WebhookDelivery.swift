import Foundation
import JSON

/// What became of telling one subscriber of one thing that happened.
struct WebhookDelivery: Sendable {
  var id: Int
  var eventID: String
  var trigger: String
  var status: String
  var attempts: Int
  var nextAttemptAt: Date?
  var responseStatus: Int?
  var responseBody: String?
  var error: String?
  var milliseconds: Int?
  var createdAt: Date
  var finishedAt: Date?

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("eventId", eventID)
      json.member("triggerEvent", trigger)
      json.member("status", status)
      json.member("attempts", attempts)
      json.member("nextAttemptAt", nextAttemptAt.map(ISO8601.text))
      json.member("responseStatus", responseStatus)
      json.member("responseBody", responseBody)
      json.member("error", error)
      json.member("durationMs", milliseconds)
      json.member("createdAt", ISO8601.text(createdAt))
      json.member("finishedAt", finishedAt.map(ISO8601.text))
    }
  }
}
