import Foundation
import Scheduling

/// A booking that passed every check and wants to become a fact.
struct NewBooking: Sendable {
  var businessID: Int
  var uid: String
  var title: String
  var description: String
  var status: Booking.Status
  var start: Instant
  var end: Instant
  /// What it takes of its host's time: its own, widened by the event type's buffers.
  var occupied: Range<Instant>
  var eventTypeID: Int
  var eventTypeSlug: String
  var host: Booking.Host
  var attendee: Booking.Attendee
  var guests: [String]
  var location: String?
  var metadata: [UInt8]
  var responses: [UInt8]
  var icsUID: String
  /// The side effects that are written with it, in its transaction.
  var mails: [BookingMail]
}
