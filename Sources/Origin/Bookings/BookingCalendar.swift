import CalendarSync
import Foundation
import Scheduling

/// A booking as an iCalendar object: the same UID for as long as it lives, a higher SEQUENCE at every change.
enum BookingCalendar {
  static func object(for booking: Booking, host: Booking.Host, isCancelled: Bool, url: String) -> ICalendar {
    let attendees = booking.attendees.compactMap { attendee in
      attendee.email.map { ICalendarAttendee(person: ICalendarPerson(name: attendee.name, email: $0)) }
    }
    let guests = booking.guests.map {
      ICalendarAttendee(
        person: ICalendarPerson(name: "", email: $0), role: .optional, participation: .needsAction,
        isReplyRequested: true)
    }
    let event = ICalendarEvent(
      uid: booking.icsUID, sequence: sequence(of: booking, isCancelled: isCancelled),
      stamp: booking.updatedAt ?? booking.createdAt, start: booking.start.date, end: booking.end.date,
      timeZone: TimeZone(identifier: host.timeZone), summary: booking.title,
      description: booking.description.isEmpty ? nil : booking.description, location: booking.location,
      url: url, organizer: ICalendarPerson(name: host.name, email: host.email), attendees: attendees + guests,
      status: isCancelled ? .cancelled : .confirmed)
    return ICalendar(method: isCancelled ? .cancel : .request, event: event)
  }

  /// The row of a cancelled booking counts the cancellation; a mail about its scheduling, sent late, does not.
  private static func sequence(of booking: Booking, isCancelled: Bool) -> Int {
    let wasCancelled = booking.status == .cancelled && booking.rescheduledToUID == nil
    return booking.icsSequence - (wasCancelled && !isCancelled ? 1 : 0)
  }
}
