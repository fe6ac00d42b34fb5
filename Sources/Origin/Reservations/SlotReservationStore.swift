import Foundation
import Postgres
import Scheduling

/// The SQL of reservations. One takes its hosts' time as a booking does, by the same constraint.
struct SlotReservationStore: Sendable {
  let postgres: PostgresClient

  private static let byUID = Statement(
    """
    SELECT uid, event_type_id, starts_at, ends_at, expires_at FROM slot_reservations
    WHERE business_id = $1 AND uid = $2 AND expires_at > $3
    """)

  /// Nil for one that is unknown or over.
  func reservation(_ uid: String, now: Date) async throws -> SlotReservation? {
    guard let businessID = ReservationUID.businessID(of: uid) else { return nil }
    return try await postgres.query(Self.byUID, businessID, uid, now).first.map(SlotReservation.init(row:))
  }

  private static let insert = Statement(
    """
    WITH r AS (
      INSERT INTO slot_reservations (business_id, uid, event_type_id, starts_at, ends_at, expires_at, is_seat, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id)
    INSERT INTO occupancies (subject_id, business_id, reservation_id, during, expires_at)
    SELECT subject, $1, r.id, tstzrange($10, $11), $6 FROM r, unnest($9::bigint[]) AS subject ORDER BY subject
    """)

  /// - Parameter subjectIDs: whose time it takes; nobody's for a seat.
  /// - Throws: an exclusion violation of `occupancies_no_overlap`.
  static func insert(
    _ new: SlotReservation, of type: EventType, subjectIDs: [Int], occupied: Range<Instant>, isSeat: Bool,
    now: Date, on transaction: PostgresTransaction
  ) async throws {
    _ = try await transaction.query(
      insert, type.businessID, new.uid, type.id, new.start.date, new.end.date, new.until.date, isSeat, now,
      subjectIDs, occupied.lowerBound.date, occupied.upperBound.date)
  }

  /// A booking lasts at most a week, which keeps this to a few rows of the index.
  private static let asked = Statement(
    """
    SELECT h.user_id FROM bookings b
    JOIN booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
    WHERE b.business_id = $1 AND b.event_type_id = $2 AND b.status = 'pending'
      AND b.starts_at > $3::timestamptz - interval '7 days' AND b.starts_at < $4 AND b.ends_at > $3
    """)

  /// The hosts of pending bookings of an event type that meet a time.
  static func hostsAsked(
    of type: EventType, _ time: Range<Instant>, on transaction: PostgresTransaction
  ) async throws -> Set<Int> {
    let rows = try await transaction.query(
      asked, type.businessID, type.id, time.lowerBound.date, time.upperBound.date)
    return Set(try rows.map { try $0.decode(Int.self, at: 0) })
  }

  private static let remove = Statement(
    """
    WITH r AS (DELETE FROM slot_reservations WHERE business_id = $1 AND uid = $2
               RETURNING id, event_type_id, starts_at, ends_at),
    freed AS (DELETE FROM occupancies o USING r WHERE o.business_id = $1 AND o.reservation_id = r.id
              RETURNING o.subject_id)
    SELECT r.event_type_id, r.starts_at, r.ends_at, ARRAY(SELECT subject_id FROM freed) FROM r
    """)

  /// What was reserved, and whose time it took.
  struct Removed: Sendable {
    var eventTypeID: Int
    var start: Instant
    var end: Instant
    var subjectIDs: [Int]
  }

  static func remove(_ uid: String, on postgres: some PostgresQuerying) async throws -> Removed? {
    guard let businessID = ReservationUID.businessID(of: uid),
      let row = try await postgres.query(remove, businessID, uid).first
    else { return nil }
    var columns = row.columns
    return Removed(
      eventTypeID: try columns.next(), start: Instant(try columns.next(Date.self)),
      end: Instant(try columns.next(Date.self)), subjectIDs: try columns.next())
  }

  private static let isOf = Statement(
    "SELECT FROM slot_reservations WHERE business_id = $1 AND uid = $2 AND event_type_id = $3 AND starts_at = $4"
  )

  /// Removes the reservation that a booking was made with. False, and nothing removed, when it is for something else.
  static func consume(
    _ uid: String, of type: EventType, at start: Instant, on transaction: PostgresTransaction
  )
    async throws -> Bool
  {
    guard ReservationUID.businessID(of: uid) == type.businessID,
      try await !transaction.query(isOf, type.businessID, uid, type.id, start.date).isEmpty
    else { return false }
    return try await remove(uid, on: transaction) != nil
  }

  private static let sweep = Statement(
    """
    WITH r AS (DELETE FROM slot_reservations WHERE expires_at <= $1 RETURNING business_id, id)
    DELETE FROM occupancies o USING r WHERE o.business_id = r.business_id AND o.reservation_id = r.id
    """)

  /// Removes what is over; until then it counts as gone already.
  func sweep(now: Date) async throws { _ = try await postgres.query(Self.sweep, now) }
}

extension SlotReservation {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    uid = try columns.next()
    eventTypeID = try columns.next()
    start = Instant(try columns.next(Date.self))
    end = Instant(try columns.next(Date.self))
    until = Instant(try columns.next(Date.self))
  }
}
