import Foundation
import JSON
import Postgres
import Scheduling

/// The SQL of single bookings. Every change is one statement: the fact, what it takes of people's time and the
/// jobs for its side effects stand or fall together.
struct BookingStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Booking.init(_: inout PostgresColumns)`, from `bookings b`.
  static let columns = """
    b.business_id, b.id, b.uid, b.title, b.description, b.status, b.starts_at, b.ends_at, b.event_type_id,
    b.event_type_slug, b.location, b.metadata, b.responses, b.guests, b.cancellation_reason,
    b.cancelled_by_email, b.rescheduling_reason, b.rescheduled_by_email, b.rescheduled_from_uid,
    b.rescheduled_to_uid, b.ics_uid, b.ics_sequence, b.created_at, b.updated_at,
    (SELECT json_agg(json_build_array(u.id, u.name, u.email, u.username, u.time_zone) ORDER BY u.id)
     FROM booking_hosts h JOIN users u ON u.id = h.user_id
     WHERE h.business_id = b.business_id AND h.booking_id = b.id),
    (SELECT json_agg(json_build_array(a.name, a.email, a.phone_number, a.time_zone, a.language, a.absent)
                     ORDER BY a.position)
     FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id)
    """

  // MARK: Reading

  private static let byUID = Statement(
    "SELECT \(columns) FROM bookings b WHERE b.business_id = $1 AND b.uid = $2")

  func booking(uid: String) async throws -> Booking? {
    guard let businessID = BookingUID.businessID(of: uid) else { return nil }
    return try await postgres.query(Self.byUID, businessID, uid).first.map(Booking.init(row:))
  }

  // MARK: Creating

  /// Takes the host's time first. `ON CONFLICT DO NOTHING` asks the exclusion constraint without an error, and
  /// waits without a deadlock where many want the same slot: without its row nothing else is written.
  private static let insert = Statement(
    """
    WITH ids AS (SELECT nextval('booking_ids') AS id),
    taken AS (INSERT INTO occupancies (subject_id, business_id, booking_id, during)
              SELECT $10, $1, ids.id, tstzrange($11, $12) FROM ids
              ON CONFLICT DO NOTHING RETURNING booking_id AS id),
    booking AS (INSERT INTO bookings (business_id, id, uid, title, description, status, starts_at, ends_at,
                  event_type_id, event_type_slug, location, metadata, responses, guests, ics_uid, created_at)
                SELECT $1, taken.id, $2, $3, $4, $5, $6, $7, $8, $9, $13, $14, $15, $16, $17, $18 FROM taken
                RETURNING id),
    host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
             SELECT $1, booking.id, $10, $6 FROM booking),
    attendee AS (INSERT INTO booking_attendees (business_id, booking_id, position, name, email, phone_number,
                   time_zone, language)
                 SELECT $1, booking.id, 0, $19, $20, $21, $22, $23 FROM booking),
    customer AS (INSERT INTO customers (business_id, contact, name, email, phone_number, created_at, updated_at)
                 SELECT $1, lower(coalesce($20, $21)), $19, $20, $21, $18, $18 FROM booking
                 WHERE NOT EXISTS (SELECT FROM customers c
                                   WHERE c.business_id = $1 AND c.contact = lower(coalesce($20::text, $21::text)))
                 ON CONFLICT (business_id, contact) DO NOTHING),
    job AS (INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
            SELECT $1, $24, mail.payload::jsonb, mail.key, $18, $18
            FROM booking, unnest($25::text[], $26::text[]) AS mail (payload, key)),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT $1, 'purge', $27 FROM booking)
    SELECT id FROM booking
    """)

  /// The id of the new booking; nil when somebody else has the time.
  func create(_ new: NewBooking, now: Date) async throws -> Int? {
    let mails = new.mails.map { $0.job(uid: new.uid) }
    let rows = try await postgres.query(
      Self.insert, new.businessID, new.uid, new.title, new.description, new.status.rawValue, new.start.date,
      new.end.date, new.eventTypeID, new.eventTypeSlug, new.host.id, new.occupied.lowerBound.date,
      new.occupied.upperBound.date, new.location, JSONBytes(new.metadata), JSONBytes(new.responses),
      new.guests, new.icsUID, now, new.attendee.name, new.attendee.email, new.attendee.phoneNumber,
      new.attendee.timeZone, new.attendee.language, BookingMail.kind, mails.map(\.payload), mails.map(\.key),
      [CacheTag.host(new.host.id).text])
    return try rows.first?.decode(Int.self, at: 0)
  }

  // MARK: Moving

  /// Frees the old time, then takes the new one, which may overlap it; the plain INSERT makes a clash an error,
  /// and that undoes the whole statement. The lock keeps two moves of one host from waiting for each other.
  private static let move = Statement(
    """
    WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock($5)),
    old AS (UPDATE bookings b SET status = 'cancelled', rescheduled_to_uid = $3, rescheduling_reason = $8,
              rescheduled_by_email = $9, updated_at = $10
            FROM lock
            WHERE b.business_id = $1 AND b.uid = $2 AND b.status IN ('accepted', 'pending') RETURNING b.*),
    freed AS (DELETE FROM occupancies o USING old
              WHERE o.business_id = old.business_id AND o.booking_id = old.id RETURNING o.id),
    ids AS (SELECT nextval('booking_ids') AS id, (SELECT count(*) FROM freed) AS freed FROM old),
    taken AS (INSERT INTO occupancies (subject_id, business_id, booking_id, during)
              SELECT $5, $1, ids.id, tstzrange($11, $12) FROM ids RETURNING booking_id AS id),
    booking AS (INSERT INTO bookings (business_id, id, uid, title, description, status, starts_at, ends_at,
                  event_type_id, event_type_slug, location, metadata, responses, guests, ics_uid, ics_sequence,
                  rescheduling_reason, rescheduled_by_email, rescheduled_from_uid, created_at)
                SELECT $1, taken.id, $3, old.title, old.description, $4, $6, $7, old.event_type_id,
                  old.event_type_slug, old.location, old.metadata, old.responses, old.guests, old.ics_uid,
                  old.ics_sequence + 1, $8, $9, old.uid, $10
                FROM old, taken RETURNING *),
    host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
             SELECT $1, booking.id, $5, $6 FROM booking),
    attendee AS (INSERT INTO booking_attendees (business_id, booking_id, position, name, email, phone_number,
                   time_zone, language, absent)
                 SELECT $1, booking.id, a.position, a.name, a.email, a.phone_number, a.time_zone, a.language, false
                 FROM booking, old, booking_attendees a
                 WHERE a.business_id = $1 AND a.booking_id = old.id),
    job AS (INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
            SELECT $1, $13, mail.payload::jsonb, mail.key, $10, $10
            FROM booking, unnest($14::text[], $15::text[]) AS mail (payload, key)),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT $1, 'purge', $16 FROM booking)
    SELECT id FROM booking
    """)

  /// Where and why a booking goes.
  struct Move: Sendable {
    var uid: String
    var status: Booking.Status
    var start: Instant
    var end: Instant
    var occupied: Range<Instant>
    var reason: String?
    var byEmail: String?
    var mails: [BookingMail]
  }

  /// False when the booking was cancelled or moved by somebody else meanwhile.
  /// - Throws: an exclusion violation of `occupancies_no_overlap` when the new time is taken.
  func move(_ old: Booking, hostID: Int, to new: Move, now: Date) async throws -> Bool {
    let mails = new.mails.map { $0.job(uid: new.uid) }
    let rows = try await postgres.query(
      Self.move, old.businessID, old.uid, new.uid, new.status.rawValue, hostID, new.start.date, new.end.date,
      new.reason, new.byEmail, now, new.occupied.lowerBound.date, new.occupied.upperBound.date,
      BookingMail.kind, mails.map(\.payload), mails.map(\.key), [CacheTag.host(hostID).text])
    return !rows.isEmpty
  }

  // MARK: Cancelling

  private static let cancel = Statement(
    """
    WITH b AS (UPDATE bookings b SET status = 'cancelled', cancellation_reason = $3, cancelled_by_email = $4,
                 ics_sequence = ics_sequence + 1, updated_at = $5
               WHERE b.business_id = $1 AND b.uid = $2 AND b.status IN ('accepted', 'pending') RETURNING *),
    freed AS (DELETE FROM occupancies o USING b
              WHERE o.business_id = b.business_id AND o.booking_id = b.id),
    job AS (INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
            SELECT $1, $6, mail.payload::jsonb, mail.key, $5, $5
            FROM b, unnest($7::text[], $8::text[]) AS mail (payload, key)),
    edge AS (INSERT INTO edge_events (business_id, kind, tags)
             SELECT $1, 'purge', $9 FROM b WHERE cardinality($9::text[]) > 0)
    SELECT \(columns) FROM b
    """)

  /// The cancelled booking; nil when it was not active any more.
  func cancel(
    _ booking: Booking, reason: String?, byEmail: String?, mails: [BookingMail], now: Date
  ) async throws -> Booking? {
    let mails = mails.map { $0.job(uid: booking.uid) }
    return try await postgres.query(
      Self.cancel, booking.businessID, booking.uid, reason, byEmail, now, BookingMail.kind,
      mails.map(\.payload), mails.map(\.key), booking.hosts.map { CacheTag.host($0.id).text }
    ).first.map(Booking.init(row:))
  }
}

extension Booking {
  init(row: PostgresRow) throws {
    var columns = row.columns
    businessID = try columns.next()
    id = try columns.next()
    uid = try columns.next()
    title = try columns.next()
    description = try columns.next()
    status = Status(rawValue: try columns.next()) ?? .cancelled
    start = Instant(try columns.next(Date.self))
    end = Instant(try columns.next(Date.self))
    eventTypeID = try columns.next()
    eventTypeSlug = try columns.next()
    location = try columns.next()
    metadata = try columns.next()
    responses = try columns.next()
    guests = try columns.next()
    cancellationReason = try columns.next()
    cancelledByEmail = try columns.next()
    reschedulingReason = try columns.next()
    rescheduledByEmail = try columns.next()
    rescheduledFromUID = try columns.next()
    rescheduledToUID = try columns.next()
    icsUID = try columns.next()
    icsSequence = try columns.next()
    createdAt = try columns.next()
    updatedAt = try columns.next()
    hosts = try columns.json()?.array?.compactMap(Host.init) ?? []
    attendees = try columns.json()?.array?.compactMap(Attendee.init) ?? []
  }
}

extension Booking.Host {
  fileprivate init?(_ json: JSONValue) {
    guard let parts = json.array, parts.count == 5, let id = parts[0].int else { return nil }
    self.init(
      id: id, name: parts[1].string ?? "", email: parts[2].string ?? "", username: parts[3].string ?? "",
      timeZone: parts[4].string ?? "UTC")
  }
}

extension Booking.Attendee {
  fileprivate init?(_ json: JSONValue) {
    guard let parts = json.array, parts.count == 6 else { return nil }
    self.init(
      name: parts[0].string ?? "", email: parts[1].string, phoneNumber: parts[2].string,
      timeZone: parts[3].string ?? "UTC", language: parts[4].string ?? "en", absent: parts[5].bool ?? false)
  }
}
