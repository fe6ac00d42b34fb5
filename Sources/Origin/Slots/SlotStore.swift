import Foundation
import Postgres
import Scheduling

/// The SQL behind slots: when people and things are busy. Every question goes by index.
struct SlotStore: Sendable {
  // MARK: Busy times

  /// Expired holds count as gone, whether or not the sweeper has been there. OFFSET 0 keeps the planner from looking
  /// up the time alone, which would read what all the others have then.
  private static let busy = Statement(
    """
    SELECT s.id, lower(o.during), upper(o.during), o.expires_at, o.booking_id, 0
    FROM unnest($1::bigint[]) AS s (id)
    CROSS JOIN LATERAL (SELECT * FROM occupancies o
                        WHERE o.subject_id = s.id AND o.during && tstzrange($2, $3) OFFSET 0) AS o
    WHERE (o.expires_at IS NULL OR o.expires_at > $4)
      AND ($5::text IS NULL OR NOT EXISTS (
        SELECT FROM bookings b
        WHERE b.business_id = o.business_id AND b.id = o.booking_id AND b.uid = $5))
      AND ($6::text IS NULL OR NOT EXISTS (
        SELECT FROM slot_reservations r
        WHERE r.business_id = o.business_id AND r.id = o.reservation_id AND r.uid = $6))
    UNION ALL
    SELECT t.user_id, lower(t.during), upper(t.during), NULL, NULL, 1
    FROM unnest($1::bigint[]) AS s (id)
    CROSS JOIN LATERAL (SELECT * FROM busy_times t
                        WHERE t.user_id = s.id AND t.during && tstzrange($2, $3) OFFSET 0) AS t
    UNION ALL
    SELECT f.user_id, lower(f.during), upper(f.during), NULL, NULL, 2
    FROM unnest($1::bigint[]) AS s (id)
    CROSS JOIN LATERAL (SELECT * FROM out_of_office f
                        WHERE f.user_id = s.id AND f.during && tstzrange($2, $3) OFFSET 0) AS f
    """)

  /// What makes one person busy besides our own bookings.
  private static let elsewhere = """
    SELECT t.user_id, lower(t.during), upper(t.during), NULL, NULL, 1
    FROM busy_times t WHERE t.user_id = $1 AND t.during && tstzrange($2, $3)
    UNION ALL
    SELECT f.user_id, lower(f.during), upper(f.during), NULL, NULL, 2
    FROM out_of_office f WHERE f.user_id = $1 AND f.during && tstzrange($2, $3)
    """

  /// The same for one person, nothing left out: what nearly everybody asks, in a third less of Postgres. Those who ask
  /// at once travel together.
  private static let busyOfOne = Statement.read(
    """
    SELECT o.subject_id, lower(o.during), upper(o.during), o.expires_at, o.booking_id, 0
    FROM occupancies o
    WHERE o.subject_id = $1 AND o.during && tstzrange($2, $3) AND (o.expires_at IS NULL OR o.expires_at > $4)
    UNION ALL
    \(elsewhere)
    """)

  /// The same for who asks about one start, $5 being the seam: what was taken before it comes as one row that ends with
  /// the last of it. Somebody's full day is not read by origin for each booking that he gets.
  private static let busyAround = Statement.read(
    """
    SELECT o.subject_id, lower(o.during), upper(o.during), o.expires_at, o.booking_id, 0
    FROM occupancies o
    WHERE o.subject_id = $1 AND o.during && tstzrange($5, $3) AND (o.expires_at IS NULL OR o.expires_at > $4)
    UNION ALL
    SELECT $1, $2, max(upper(o.during)), NULL, NULL, 0
    FROM occupancies o
    WHERE o.subject_id = $1 AND o.during && tstzrange($2, $5) AND upper(o.during) <= $5
      AND (o.expires_at IS NULL OR o.expires_at > $4)
    HAVING count(*) > 0
    UNION ALL
    \(elsewhere)
    """)

  /// When hosts and units are taken, in any event type. What a seated booking takes of its hosts is left out: it
  /// blocks in a way of its own. Before `seam` the last end is enough.
  func busyTimes(
    of subjectIDs: [Int], in range: Interval, seam: Instant?, now: Date, except: SlotExceptions,
    seated: [SeatedRow], on postgres: some PostgresQuerying
  ) async throws -> [Int: [BusyTime]] {
    let (from, to) = (range.start.date, range.end.date)
    let rows: PostgresRows
    if subjectIDs.count == 1, except == SlotExceptions() {
      let id = subjectIDs[0]
      rows =
        if let seam, range.start < seam {
          try await postgres.query(Self.busyAround, id, from, to, now, seam.date)
        } else {
          try await postgres.query(Self.busyOfOne, id, from, to, now)
        }
    } else {
      rows = try await postgres.query(
        Self.busy, subjectIDs, from, to, now, except.bookingUID, except.reservationUID)
    }
    var busy: [Int: [BusyTime]] = [:]
    for row in rows {
      var columns = row.columns
      let subject: Int = try columns.next()
      let occupied = Interval(Instant(try columns.next(Date.self)), Instant(try columns.next(Date.self)))
      let expiry: Date? = try columns.next()
      let bookingID: Int? = try columns.next()
      let kind: BusyTime.Kind
      switch try columns.next(Int32.self) {
      case 1: kind = .external
      case 2: kind = .outOfOffice
      default:
        // The table holds the time with its buffers only, and nothing needs the bare one.
        if let expiry {
          kind = .reservation(occupied: occupied, until: Instant(expiry))
        } else if let bookingID,
          seated.contains(where: { $0.booking.id == bookingID && $0.hostIDs.contains(subject) })
        {
          continue
        } else {
          kind = .booking(occupied: occupied)
        }
      }
      busy[subject, default: []].append(BusyTime(occupied, kind))
    }
    return busy
  }

  // MARK: Seats

  struct SeatedRow: Sendable {
    var booking: SeatedBooking
    var time: Interval
    var hostIDs: [Int]
  }

  private static let seated = Statement(
    """
    SELECT b.id, b.uid, b.seats_taken, b.starts_at, b.ends_at,
      ARRAY(SELECT h.user_id FROM booking_hosts h WHERE h.business_id = b.business_id AND h.booking_id = b.id)
    FROM bookings b
    WHERE b.business_id = $1 AND b.event_type_id = $2 AND b.starts_at >= $3 AND b.starts_at < $4
      AND b.seats IS NOT NULL AND b.status IN ('accepted', 'pending') AND b.uid IS DISTINCT FROM $5
    """)

  /// The bookings of a seated event type that start in `range`.
  func seatedBookings(
    of type: EventType, in range: Interval, except: SlotExceptions, on postgres: some PostgresQuerying
  ) async throws -> [SeatedRow] {
    let rows = try await postgres.query(
      Self.seated, type.businessID, type.id, range.start.date, range.end.date, except.bookingUID)
    return try rows.map { row in
      var columns = row.columns
      let booking = SeatedBooking(
        id: try columns.next(), uid: try columns.next(), taken: try columns.next())
      return SeatedRow(
        booking: booking,
        time: Interval(Instant(try columns.next(Date.self)), Instant(try columns.next(Date.self))),
        hostIDs: try columns.next())
    }
  }

  private static let reservedSeats = Statement(
    """
    SELECT starts_at, count(*) FROM slot_reservations
    WHERE business_id = $1 AND event_type_id = $2 AND starts_at >= $3 AND starts_at < $4 AND is_seat
      AND expires_at > $5 AND uid IS DISTINCT FROM $6
    GROUP BY starts_at
    """)

  func reservedSeats(
    of type: EventType, in range: Interval, now: Date, except: SlotExceptions,
    on postgres: some PostgresQuerying
  ) async throws -> [Instant: Int] {
    let rows = try await postgres.query(
      Self.reservedSeats, type.businessID, type.id, range.start.date, range.end.date, now,
      except.reservationUID)
    var seats: [Instant: Int] = [:]
    for row in rows { seats[Instant(try row.decode(Date.self, at: 0))] = try row.decode(Int.self, at: 1) }
    return seats
  }

  // MARK: Limits

  private static let counted = Statement(
    """
    SELECT starts_at, ends_at FROM bookings
    WHERE business_id = $1 AND event_type_id = $2 AND starts_at >= $3 AND starts_at < $4
      AND status IN ('accepted', 'pending') AND uid IS DISTINCT FROM $5
    """)
  private static let countedOfTeam = Statement(
    """
    SELECT b.starts_at, b.ends_at FROM event_types e JOIN bookings b
      ON b.business_id = e.business_id AND b.event_type_id = e.id
    WHERE e.business_id = $1 AND b.starts_at >= $2 AND b.starts_at < $3
      AND b.status IN ('accepted', 'pending') AND b.uid IS DISTINCT FROM $4
    """)

  /// The bookings that limits of the event type count: those that start in `range`.
  func countedBookings(
    of type: EventType, in range: Interval, except: SlotExceptions, on postgres: some PostgresQuerying
  ) async throws -> [Interval] {
    try await postgres.query(
      Self.counted, type.businessID, type.id, range.start.date, range.end.date, except.bookingUID
    ).map(Self.interval)
  }

  /// The same for limits of all event types of its team together.
  func countedBookings(
    ofTeam businessID: Int, in range: Interval, except: SlotExceptions, on postgres: some PostgresQuerying
  ) async throws -> [Interval] {
    try await postgres.query(
      Self.countedOfTeam, businessID, range.start.date, range.end.date, except.bookingUID
    ).map(Self.interval)
  }

  private static func interval(_ row: PostgresRow) throws -> Interval {
    Interval(Instant(try row.decode(Date.self, at: 0)), Instant(try row.decode(Date.self, at: 1)))
  }
}
