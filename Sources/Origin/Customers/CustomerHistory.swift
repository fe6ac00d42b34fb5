import Foundation
import JSON
import Scheduling

/// What a customer's bookings come to. A moved booking counts once, at its new time.
struct CustomerFigures: Sendable {
  var total: Int
  var upcoming: Int
  var cancelled: Int
  var noShows: Int
  var lastVisit: Date?
  var nextVisit: Date?

  func writeMembers(to json: inout JSONWriter) {
    json.object("counts") { json in
      json.member("total", total)
      json.member("upcoming", upcoming)
      json.member("cancelled", cancelled)
      json.member("noShows", noShows)
    }
    json.member("lastVisit", lastVisit.map(ISO8601.text))
    json.member("nextVisit", nextVisit.map(ISO8601.text))
  }
}

/// One booking in a customer's history.
struct CustomerVisit: Sendable {
  var uid: String
  var title: String
  var status: String
  var start: Instant
  var end: Instant
  var eventTypeID: Int?
  var eventTypeSlug: String
  var absent: Bool
  var createdAt: Date
  /// Objects of an id and a name.
  var hosts: [JSONValue]

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("uid", uid)
      json.member("title", title)
      json.member("status", status)
      json.member("start", start.text)
      json.member("end", end.text)
      json.member("duration", (end.seconds - start.seconds) / 60)
      json.member("eventTypeId", eventTypeID)
      json.object("eventType") { json in
        json.member("id", eventTypeID)
        json.member("slug", eventTypeSlug)
      }
      json.array("hosts", hosts) { $0.value($1) }
      json.member("absent", absent)
      json.member("createdAt", ISO8601.text(createdAt))
    }
  }
}
