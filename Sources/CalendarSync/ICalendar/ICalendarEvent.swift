package import Foundation

/// A VEVENT (RFC 5545 section 3.6.1). A plain value: nothing in it reads a clock.
///
/// Text of any content is safe here: it is escaped, control characters are dropped, and each property is
/// cut at ``ContentLineWriter/maximumTextBytes``.
package struct ICalendarEvent: Sendable, Hashable {
  package enum Status: String, Sendable {
    case tentative = "TENTATIVE"
    case confirmed = "CONFIRMED"
    case cancelled = "CANCELLED"
  }

  /// The same for the whole life of a meeting, unique in the world.
  package var uid: String
  /// Starts at 0; every version that is sent must be higher than the one before.
  package var sequence: Int
  /// When this version was made (DTSTAMP).
  package var stamp: Date
  package var start: Date
  /// After `start`.
  package var end: Date
  /// The zone in which start and end are written; `nil` writes them in UTC.
  package var timeZone: TimeZone?
  package var summary: String
  package var description: String?
  package var location: String?
  package var url: String?
  package var organizer: ICalendarPerson
  package var attendees: [ICalendarAttendee]
  package var status: Status
  /// Minutes before the start at which the reader's calendar reminds; `nil` leaves it to the reader.
  package var alarmMinutesBefore: Int?

  package init(
    uid: String, sequence: Int, stamp: Date, start: Date, end: Date, timeZone: TimeZone?,
    summary: String, description: String? = nil, location: String? = nil, url: String? = nil,
    organizer: ICalendarPerson, attendees: [ICalendarAttendee], status: Status = .confirmed,
    alarmMinutesBefore: Int? = nil
  ) {
    self.uid = uid
    self.sequence = sequence
    self.stamp = stamp
    self.start = start
    self.end = end
    self.timeZone = timeZone
    self.summary = summary
    self.description = description
    self.location = location
    self.url = url
    self.organizer = organizer
    self.attendees = attendees
    self.status = status
    self.alarmMinutesBefore = alarmMinutesBefore
  }
}
