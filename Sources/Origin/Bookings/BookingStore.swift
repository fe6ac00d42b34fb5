import Foundation
import JSON
import Postgres
import Scheduling

/// The SQL of single bookings. The fact, what it takes of people's time and the jobs for its side effects stand or
/// fall together.
struct BookingStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Booking.init(_: inout PostgresColumns)`, from `bookings b`.
  static let columns = """
    b.business_id, b.id, b.uid, b.title, b.description, b.status, b.starts_at, b.ends_at, b.event_type_id,
    b.event_type_slug, b.location, b.metadata, b.responses, b.guests, b.cancellation_reason,
    b.cancelled_by_email, b.rescheduling_reason, b.rescheduled_by_email, b.rescheduled_from_uid,
    b.rescheduled_to_uid, b.rejection_reason, b.series_uid, b.absent_host, b.seats, b.ics_uid, b.ics_sequence,
    b.created_at, b.updated_at,
    (SELECT json_agg(json_build_array(u.id, u.name, u.email, u.username, u.time_zone) ORDER BY u.id)
     FROM booking_hosts h JOIN users u ON u.id = h.user_id
     WHERE h.business_id = b.business_id AND h.booking_id = b.id),
    (SELECT json_agg(json_build_array(a.name, a.email, a.phone_number, a.time_zone, a.language, a.absent,
                                      a.seat_uid, a.responses, a.metadata)
                     ORDER BY a.position)
     FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id)
    """

  // MARK: Reading

  private static let byUID = Statement.read(
    "SELECT \(columns) FROM bookings b WHERE b.business_id = $1 AND b.uid = $2")

  func booking(uid: String) async throws -> Booking? { try await Self.booking(uid: uid, on: postgres) }

  static func booking(uid: String, on postgres: some PostgresQuerying) async throws -> Booking? {
    guard let businessID = BookingUID.businessID(of: uid) else { return nil }
    return try await postgres.query(byUID, businessID, uid).first.map(Booking.init(row:))
  }

  private static let bySeries = Statement(
    "SELECT \(columns) FROM bookings b WHERE b.business_id = $1 AND b.series_uid = $2 ORDER BY b.starts_at, b.id"
  )

  /// All occurrences of a series, moved and cancelled ones included, by their start.
  func series(uid: String) async throws -> [Booking] { try await Self.series(uid: uid, on: postgres) }

  static func series(uid: String, on postgres: some PostgresQuerying) async throws -> [Booking] {
    guard let businessID = BookingUID.businessID(of: uid) else { return [] }
    return try await postgres.query(bySeries, businessID, uid).map(Booking.init(row:))
  }

  private static let bySeat = Statement(
    """
    SELECT \(columns) FROM booking_attendees s JOIN bookings b ON b.business_id = s.business_id AND b.id = s.booking_id
    WHERE s.business_id = $1 AND s.seat_uid = $2
    """)

  func booking(seatUID: String) async throws -> Booking? {
    guard let businessID = BookingUID.businessID(of: seatUID) else { return nil }
    return try await postgres.query(Self.bySeat, businessID, seatUID).first.map(Booking.init(row:))
  }

  private static let attends = Statement.read(
    """
    SELECT FROM booking_attendees a JOIN users u ON lower(u.email) = lower(a.email)
    WHERE a.business_id = $1 AND a.booking_id = $2 AND u.id = $3 AND u.email_verified_at IS NOT NULL
    """)

  func attends(_ userID: Int, _ booking: Booking) async throws -> Bool {
    try await !postgres.query(Self.attends, booking.businessID, booking.id, userID).isEmpty
  }

  // MARK: Holds

  private static let removeExpiredHolds = Statement(
    """
    DELETE FROM occupancies
    WHERE subject_id = ANY ($1) AND during && tstzrange($2, $3) AND expires_at <= $4
    """)

  /// Removes holds that are over and still lie in the way. False when there were none.
  func removeExpiredHolds(of subjectIDs: [Int], in time: Range<Instant>, now: Date) async throws -> Bool {
    try await Self.removeExpiredHolds(of: subjectIDs, in: time, now: now, on: postgres)
  }

  @discardableResult
  static func removeExpiredHolds(
    of subjectIDs: [Int], in time: Range<Instant>, now: Date, on postgres: some PostgresQuerying
  ) async throws -> Bool {
    try await postgres.query(
      removeExpiredHolds, subjectIDs, time.lowerBound.date, time.upperBound.date, now
    ).affected > 0
  }

  // MARK: Creating

  /// The usual booking: one host, one attendee, nothing to count. Takes the host's time first. `ON CONFLICT DO
  /// NOTHING` asks the exclusion constraint without an error, and waits without a deadlock where many want the same
  /// slot: without its row nothing else is written.
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
    let hostID = new.hosts.first?.id ?? 0
    let rows = try await postgres.query(
      Self.insert, new.businessID, new.uid, new.title, new.description, new.status.rawValue, new.start.date,
      new.end.date, new.eventTypeID, new.eventTypeSlug, hostID, new.occupied.lowerBound.date,
      new.occupied.upperBound.date, new.location, JSONBytes(new.metadata), JSONBytes(new.responses),
      new.guests, new.icsUID, now, new.attendee.name, new.attendee.email, new.attendee.phoneNumber,
      new.attendee.timeZone, new.attendee.language, BookingMail.kind, mails.map(\.payload), mails.map(\.key),
      [CacheTag.host(hostID).text])
    return try rows.first?.decode(Int.self, at: 0)
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
    rejectionReason = try columns.next()
    seriesUID = try columns.next()
    absentHost = try columns.next()
    seats = try columns.next()
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
    guard let parts = json.array, parts.count == 9 else { return nil }
    self.init(
      name: parts[0].string ?? "", email: parts[1].string, phoneNumber: parts[2].string,
      timeZone: parts[3].string ?? "UTC", language: parts[4].string ?? "en", absent: parts[5].bool ?? false,
      seatUID: parts[6].string, responses: parts[7].object.map(JSONValue.object),
      metadata: parts[8].object.map(JSONValue.object))
  }
}
