import JSON
import Scheduling

/// A booking in the API's words, as one particular reader may see it: api.md 1.3.
struct BookingView: Sendable {
  var booking: Booking
  /// Whether the people of a seated booking are shown.
  var showsAttendees = true
  /// The reader's own seat, which he sees in any case.
  var seatUID: String?
  /// Whether he sees his own seat only.
  var showsOwnSeatOnly = false

  func write(to json: inout JSONWriter) {
    json.object { json in
      writeWhat(to: &json)
      writeState(to: &json)
      json.array("attendees", attendees) { $1.write(to: &$0, isSeat: booking.seats != nil) }
      if booking.seats == nil {
        json.array("guests", booking.guests) { $0.string($1) }
        json.member("bookingFieldsResponses", raw: booking.responses)
      }
      if let seatUID { json.member("seatUid", seatUID) }
      writeHistory(to: &json)
    }
  }

  private var attendees: [Booking.Attendee] {
    if booking.seats == nil || showsAttendees { return booking.attendees }
    return showsOwnSeatOnly ? booking.attendees.filter { $0.seatUID == seatUID } : []
  }

  private func writeWhat(to json: inout JSONWriter) {
    json.member("id", booking.id)
    json.member("uid", booking.uid)
    json.member("title", booking.title)
    json.member("description", booking.description)
    json.array("hosts", booking.hosts) { $1.write(to: &$0) }
    json.key("start")
    json.quoted { booking.start.append(to: &$0, offset: nil) }
    json.key("end")
    json.quoted { booking.end.append(to: &$0, offset: nil) }
    json.member("duration", booking.minutes)
    json.member("eventTypeId", booking.eventTypeID)
    json.object("eventType") { json in
      json.member("id", booking.eventTypeID)
      json.member("slug", booking.eventTypeSlug)
      if let slug = booking.teamSlug { json.member("teamSlug", slug) }
    }
    json.member("location", booking.location)
    json.member("meetingUrl", booking.location)
    if let uid = booking.seriesUID { json.member("recurringBookingUid", uid) }
  }

  private func writeState(to json: inout JSONWriter) {
    json.member("status", booking.status.rawValue)
    json.member("absentHost", booking.absentHost)
    json.key("createdAt")
    json.quoted { ISO8601.append(booking.createdAt, to: &$0) }
    json.member("updatedAt", booking.updatedAt.map(ISO8601.text))
    json.member("metadata", raw: booking.metadata)
    json.member("icsUid", booking.icsUID)
  }

  /// What is there only once something has happened to the booking.
  private func writeHistory(to json: inout JSONWriter) {
    if let text = booking.cancellationReason { json.member("cancellationReason", text) }
    if let text = booking.cancelledByEmail { json.member("cancelledByEmail", text) }
    if let text = booking.reschedulingReason { json.member("reschedulingReason", text) }
    if let text = booking.rescheduledByEmail { json.member("rescheduledByEmail", text) }
    if let text = booking.rescheduledFromUID { json.member("rescheduledFromUid", text) }
    if let text = booking.rescheduledToUID { json.member("rescheduledToUid", text) }
    if let text = booking.rejectionReason { json.member("rejectionReason", text) }
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
  func write(to json: inout JSONWriter, isSeat: Bool) {
    json.object { json in
      json.member("name", name)
      json.member("email", email)
      json.member("displayEmail", email)
      json.member("timeZone", timeZone)
      json.member("language", language)
      json.member("absent", absent)
      if let phoneNumber { json.member("phoneNumber", phoneNumber) }
      guard isSeat else { return }
      json.member("seatUid", seatUID)
      json.member("bookingFieldsResponses", responses ?? .object([:]))
      json.member("metadata", metadata ?? .object([:]))
    }
  }
}
