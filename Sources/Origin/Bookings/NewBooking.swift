import Foundation
import JSON
import Scheduling

/// A booking that passed every check and wants to become a fact.
struct NewBooking: Sendable {
  var businessID: Int
  var id = 0
  var uid: String
  var title: String
  var description: String
  var status: Booking.Status
  var start: Instant
  var end: Instant
  /// What it takes of its hosts' time: its own, widened by the event type's buffers.
  var occupied: Range<Instant>
  /// Units of resources that it takes for the same time.
  var unitIDs: [Int] = []
  /// False for one that waits for a word of its host and takes nobody's time until then.
  var takesTime = true
  /// True for one that a host books over what he has: it takes of everybody's time what is free.
  var mayOverlap = false
  var eventTypeID: Int
  var eventTypeSlug: String
  /// Of the team whose event type it is of; nil for a person's.
  var teamSlug: String?
  var hosts: [Booking.Host]
  var attendee: Booking.Attendee
  var guests: [String]
  var location: String?
  var metadata: [UInt8]
  var responses: [UInt8]
  var seriesUID: String?
  var seats: Int?
  var icsUID: String
  var icsSequence = 0
  /// Of a booking that was moved here.
  var origin: Origin?
  /// The side effects that are written with it, in its transaction.
  var mails: [BookingMail]

  struct Origin: Sendable {
    var uid: String
    var reason: String?
    var byEmail: String?
    /// All who attend, when it is not only the one who books.
    var attendees: [Booking.Attendee]
  }

  var attendees: [Booking.Attendee] { origin?.attendees ?? [attendee] }

  /// Whose time it takes.
  var subjectIDs: [Int] { takesTime ? hosts.map(\.id) + unitIDs : [] }

  /// What the database holds once it is written, without asking it again.
  func booking(createdAt: Date) -> Booking {
    Booking(
      businessID: businessID, id: id, uid: uid, title: title, description: description, status: status,
      start: start, end: end, eventTypeID: eventTypeID, eventTypeSlug: eventTypeSlug, teamSlug: teamSlug,
      hosts: hosts, attendees: attendees, guests: guests, location: location, metadata: metadata,
      responses: responses,
      reschedulingReason: origin?.reason, rescheduledByEmail: origin?.byEmail,
      rescheduledFromUID: origin?.uid, seriesUID: seriesUID, seats: seats, icsUID: icsUID,
      icsSequence: icsSequence, createdAt: createdAt)
  }
}
