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
  /// Of the team whose event type it is of; nil for a person's.
  var teamSlug: String?
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
  var rejectionReason: String?
  /// One for all occurrences of a series; nil for a single booking.
  var seriesUID: String?
  var absentHost = false
  /// How many seats there are; nil for a booking that is made whole.
  var seats: Int?
  /// RFC 5545 UID: it stays when a booking moves, while `sequence` counts up.
  var icsUID: String
  var icsSequence: Int
  var createdAt: Date
  var updatedAt: Date?

  enum Status: String, Sendable { case accepted, pending, cancelled, rejected }

  struct Host: Sendable, Hashable {
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
    var absent = false
    /// Of a seat: its name, its own answers and metadata.
    var seatUID: String?
    var responses: JSONValue?
    var metadata: JSONValue?
    /// The account that booked for itself.
    var userID: Int?
  }

  var minutes: Int { (end.seconds - start.seconds) / 60 }

  /// Whether it still takes its host's time.
  var isActive: Bool { status == .accepted || status == .pending }
}
