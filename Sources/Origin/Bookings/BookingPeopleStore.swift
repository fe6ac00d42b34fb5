import Foundation
import Postgres

/// The SQL of who takes part in a booking, and where.
extension LedgerStore {
  private static let countOfBooker = Statement(
    """
    SELECT count(*), min(b.uid) FROM booking_attendees a
    JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id
    WHERE a.business_id = $1 AND lower(a.email) = lower($3) AND b.event_type_id = $2
      AND b.status IN ('accepted', 'pending') AND b.ends_at > $4
    """)

  /// How many bookings of an event type a booker has to come, and one of them.
  func bookingsToCome(of email: String, type: EventType) async throws -> (count: Int, uid: String?) {
    let rows = try await transaction.query(Self.countOfBooker, type.businessID, type.id, email, now)
    guard let row = rows.first else { return (0, nil) }
    return (try row.decode(at: 0), try row.decode(at: 1))
  }

  private static let markHost = Statement(
    "UPDATE bookings SET absent_host = coalesce($3, absent_host), updated_at = $4 WHERE business_id = $1 AND id = $2"
  )

  /// - Parameter absent: nil leaves it as it is.
  func markHost(of booking: Booking, absent: Bool?) async throws {
    _ = try await transaction.query(Self.markHost, booking.businessID, booking.id, absent, now)
  }

  private static let markAttendee = Statement(
    """
    UPDATE booking_attendees SET absent = $4
    WHERE business_id = $1 AND booking_id = $2 AND lower(email) = lower($3)
    """)

  /// False when nobody of this address attends.
  func markAttendee(_ email: String, of booking: Booking, absent: Bool) async throws -> Bool {
    try await transaction.query(
      Self.markAttendee, booking.businessID, booking.id, email, absent
    ).affected > 0
  }

  private static let changeHost = Statement(
    """
    WITH host AS (UPDATE booking_hosts SET user_id = $4
                  WHERE business_id = $1 AND booking_id = $2 AND user_id = $3),
    taken AS (UPDATE occupancies SET subject_id = $4
              WHERE business_id = $1 AND booking_id = $2 AND subject_id = $3)
    UPDATE bookings SET ics_sequence = ics_sequence + 1, updated_at = $5 WHERE business_id = $1 AND id = $2
    """)

  /// - Throws: an exclusion violation of `occupancies_no_overlap` when the new host has something else then.
  func changeHost(of booking: Booking, from old: Int, to new: Int) async throws {
    _ = try await transaction.query(Self.changeHost, booking.businessID, booking.id, old, new, now)
  }

  private static let addGuests = Statement(
    """
    UPDATE bookings SET guests = guests || $3::text[], updated_at = $4
    WHERE business_id = $1 AND id = $2 AND status IN ('accepted', 'pending')
    """)

  func addGuests(_ emails: [String], to booking: Booking) async throws {
    _ = try await transaction.query(Self.addGuests, booking.businessID, booking.id, emails, now)
  }

  private static let changeLocation = Statement(
    """
    UPDATE bookings SET location = $3, ics_sequence = ics_sequence + 1, updated_at = $4
    WHERE business_id = $1 AND id = $2 AND status IN ('accepted', 'pending')
    """)

  /// False when the booking is over.
  func changeLocation(of booking: Booking, to location: String?) async throws -> Bool {
    try await transaction.query(
      Self.changeLocation, booking.businessID, booking.id, location, now
    ).affected > 0
  }
}
