import Foundation
import JSON
import Scheduling

/// An appointment between a host and the people who booked it: api.md 1.3.
struct Booking: Sendable {
  var businessID: Int
  var id: Int
  var uid: String
  var title: String
  var description: String
  var status: Status
  var start: Instant
  var end: Instant
  var eventTypeID: Int?
  var eventTypeSlug: String
  var hosts: [Host]
  var attendees: [Attendee]
  var guests: [String]
  var location: String?
  /// JSON objects, as the booker sent them.
  var metadata: [UInt8]
  var responses: [UInt8]
  var cancellationReason: String?
  var cancelledByEmail: String?
  var reschedulingReason: String?
  var rescheduledByEmail: String?
  var rescheduledFromUID: String?
  var rescheduledToUID: String?
  /// RFC 5545 UID: it stays when a booking moves, while `sequence` counts up.
  var icsUID: String
  var icsSequence: Int
  var createdAt: Date
  var updatedAt: Date?

  enum Status: String, Sendable { case accepted, pending, cancelled, rejected }

  struct Host: Sendable, Equatable {
    var id: Int
    var name: String
    var email: String
    var username: String
    var timeZone: String
  }

  struct Attendee: Sendable, Equatable {
    var name: String
    var email: String?
    var phoneNumber: String?
    var timeZone: String
    var language: String
    var absent: Bool
  }

  var minutes: Int { (end.seconds - start.seconds) / 60 }

  /// Whether it still takes its host's time.
  var isActive: Bool { status == .accepted || status == .pending }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("uid", uid)
      json.member("title", title)
      json.member("description", description)
      json.array("hosts", hosts) { $1.write(to: &$0) }
      json.member("status", status.rawValue)
      json.member("start", start.text)
      json.member("end", end.text)
      json.member("duration", minutes)
      json.member("eventTypeId", eventTypeID)
      json.object("eventType") { json in
        json.member("id", eventTypeID)
        json.member("slug", eventTypeSlug)
      }
      json.member("location", location)
      json.member("meetingUrl", location)
      json.member("absentHost", false)
      json.member("createdAt", ISO8601.text(createdAt))
      json.member("updatedAt", updatedAt.map(ISO8601.text))
      json.member("metadata", raw: metadata)
      json.member("icsUid", icsUID)
      json.array("attendees", attendees) { $1.write(to: &$0) }
      json.array("guests", guests) { $0.string($1) }
      json.member("bookingFieldsResponses", raw: responses)
      writeHistory(to: &json)
    }
  }

  /// What is there only once something has happened to the booking.
  private func writeHistory(to json: inout JSONWriter) {
    if let cancellationReason { json.member("cancellationReason", cancellationReason) }
    if let cancelledByEmail { json.member("cancelledByEmail", cancelledByEmail) }
    if let reschedulingReason { json.member("reschedulingReason", reschedulingReason) }
    if let rescheduledByEmail { json.member("rescheduledByEmail", rescheduledByEmail) }
    if let rescheduledFromUID { json.member("rescheduledFromUid", rescheduledFromUID) }
    if let rescheduledToUID { json.member("rescheduledToUid", rescheduledToUID) }
  }
}

extension Booking.Host {
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("name", name)
      json.member("email", email)
      json.member("displayEmail", email)
      json.member("username", username)
      json.member("timeZone", timeZone)
    }
  }
}

extension Booking.Attendee {
  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("name", name)
      json.member("email", email)
      json.member("displayEmail", email)
      json.member("timeZone", timeZone)
      json.member("language", language)
      json.member("absent", absent)
      if let phoneNumber { json.member("phoneNumber", phoneNumber) }
    }
  }
}
