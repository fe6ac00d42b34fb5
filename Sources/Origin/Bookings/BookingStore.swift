import Foundation
import JSON
import Postgres
import Scheduling

/// The SQL of single bookings. The fact, what it takes of people's time and the jobs for its side effects stand or
/// fall together.
struct BookingStore: Sendable {
  let postgres: PostgresClient
  private let batcher: Batcher<Creation, Int?>

  init(_ postgres: PostgresClient) {
    self.postgres = postgres
    batcher = Batcher(isOfOne: \.isOfOneStatement) {
      try await Self.create($0, on: postgres)
    }
  }

  /// Read by `Booking.init(_: inout PostgresColumns)`, from `bookings b`.
  static let columns = """
    b.business_id, b.id, b.uid, b.title, b.description, b.status, b.starts_at, b.ends_at, b.event_type_id,
    b.event_type_slug,
    (SELECT t.slug FROM businesses t WHERE t.id = b.business_id AND NOT t.personal AND t.deleted_at IS NULL),
    b.location, b.metadata, b.responses, b.guests, b.cancellation_reason,
    b.cancelled_by_email, b.rescheduling_reason, b.rescheduled_by_email, b.rescheduled_from_uid,
    b.rescheduled_to_uid, b.rejection_reason, b.series_uid, b.absent_host, b.seats, b.ics_uid, b.ics_sequence,
    b.created_at, b.updated_at,
    (SELECT json_agg(json_build_array(u.id, u.name, u.email, u.username, u.time_zone) ORDER BY u.id)
     FROM booking_hosts h JOIN users u ON u.id = h.user_id
     WHERE h.business_id = b.business_id AND h.booking_id = b.id),
    (SELECT json_agg(json_build_array(a.name, a.email, a.phone_number, a.time_zone, a.language, a.absent,
                                      a.seat_uid, a.responses, a.metadata, a.user_id)
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
    WHERE a.business_id = $1 AND a.booking_id = $2 AND u.id = $3
      AND (u.email_verified_at IS NOT NULL OR a.user_id = u.id)
    """)

  func attends(_ userID: Int, _ booking: Booking) async throws -> Bool {
    try await !postgres.query(Self.attends, booking.businessID, booking.id, userID).isEmpty
  }

  private static let isAddress = Statement.read(
    "SELECT FROM users WHERE id = $1 AND lower(email) = lower($2)")

  /// Whether a booker books for himself.
  func isAddress(_ email: String, of userID: Int) async throws -> Bool {
    try await !postgres.query(Self.isAddress, userID, email).isEmpty
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

  /// Usual bookings: one host, one attendee, nothing to count. Takes each host's time first. `ON CONFLICT DO NOTHING`
  /// asks the exclusion constraint without an error: who does not get the time has no row, and nothing else is written
  /// for him. What others may wait for is taken in order (people, then customers, then counts at the commit), so that
  /// two of these never wait for each other.
  private static let insert = Statement(
    """
    WITH asked AS MATERIALIZED (
      SELECT nextval('booking_ids') AS id, a.*
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
        $8::bigint[], $9::text[], $10::bigint[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::text[],
        $15::text[], $16::text[], $17::text[], $18::timestamptz[], $19::text[], $20::text[], $21::text[], $22::text[],
        $23::text[], $24::text[]) WITH ORDINALITY
        AS a (business_id, uid, title, description, status, starts_at, ends_at, event_type_id, event_type_slug, host_id,
          taken_from, taken_to, location, metadata, responses, guests, ics_uid, created_at, name, email, phone_number,
          time_zone, language, tag, number)),
    taken AS (INSERT INTO occupancies (subject_id, business_id, booking_id, during)
              SELECT host_id, business_id, id, tstzrange(taken_from, taken_to) FROM asked ORDER BY host_id, taken_from
              ON CONFLICT DO NOTHING RETURNING booking_id AS id),
    made AS MATERIALIZED (SELECT asked.* FROM taken JOIN asked USING (id)
                          ORDER BY asked.business_id, asked.event_type_id),
    booking AS (INSERT INTO bookings (business_id, id, uid, title, description, status, starts_at, ends_at,
                  event_type_id, event_type_slug, location, metadata, responses, guests, ics_uid, created_at)
                SELECT business_id, id, uid, title, description, status, starts_at, ends_at, event_type_id,
                  event_type_slug, location, metadata::jsonb, responses::jsonb, guests::text[], ics_uid, created_at
                FROM made),
    host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
             SELECT business_id, id, host_id, starts_at FROM made),
    attendee AS (INSERT INTO booking_attendees (business_id, booking_id, position, name, email, phone_number,
                   time_zone, language)
                 SELECT business_id, id, 0, name, email, phone_number, time_zone, language FROM made),
    customer AS (INSERT INTO customers (business_id, contact, name, email, phone_number, created_at, updated_at)
                 SELECT m.business_id, lower(coalesce(m.email, m.phone_number)), m.name, m.email, m.phone_number,
                   m.created_at, m.created_at
                 FROM made m
                 WHERE NOT EXISTS (SELECT FROM customers c WHERE c.business_id = m.business_id
                                     AND c.contact = lower(coalesce(m.email, m.phone_number)))
                 ORDER BY 1, 2
                 ON CONFLICT (business_id, contact) DO NOTHING),
    job AS (INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
            SELECT m.business_id, $25, mail.payload::jsonb, mail.key, m.created_at, m.created_at
            FROM made m JOIN unnest($26::bigint[], $27::text[], $28::text[]) WITH ORDINALITY
              AS mail (number, payload, key, place) USING (number)
            ORDER BY mail.place),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT business_id, 'purge', ARRAY[tag] FROM made)
    SELECT number, id FROM made
    """)

  /// The id of the new booking; nil when somebody else has the time.
  func create(_ new: NewBooking, now: Date) async throws -> Int? {
    try await batcher.answer(Creation(new: new, now: now))
  }

  /// What is written together with others of the moment.
  /// One object, because it is handed on often and has ninety references in it.
  final class Creation: Sendable {
    let new: NewBooking
    let now: Date

    init(new: NewBooking, now: Date) {
      self.new = new
      self.now = now
    }

    fileprivate var hostID: Int { new.hosts.first?.id ?? 0 }
  }

  /// For each its id, in their order; nil when somebody else has the time.
  static func create(_ all: [Creation], on postgres: PostgresClient) async throws -> [Int?] {
    let mails = all.enumerated().flatMap { index, one in
      one.new.mails.map { (number: index + 1, job: $0.job(uid: one.new.uid)) }
    }
    let rows = try await postgres.query(
      insert, all.map(\.new.businessID), all.map(\.new.uid), all.map(\.new.title), all.map(\.new.description),
      all.map(\.new.status.rawValue), all.map(\.new.start.date), all.map(\.new.end.date),
      all.map(\.new.eventTypeID), all.map(\.new.eventTypeSlug), all.map(\.hostID),
      all.map(\.new.occupied.lowerBound.date), all.map(\.new.occupied.upperBound.date),
      NullableTexts(all.map(\.new.location)), all.map { String(decoding: $0.new.metadata, as: UTF8.self) },
      all.map { String(decoding: $0.new.responses, as: UTF8.self) }, all.map { arrayLiteral($0.new.guests) },
      all.map(\.new.icsUID), all.map(\.now), all.map(\.new.attendee.name),
      NullableTexts(all.map(\.new.attendee.email)), NullableTexts(all.map(\.new.attendee.phoneNumber)),
      all.map(\.new.attendee.timeZone), all.map(\.new.attendee.language),
      all.map { CacheTag.host($0.hostID).text },
      BookingMail.kind, mails.map(\.number), mails.map(\.job.payload), mails.map(\.job.key))
    var ids = [Int?](repeating: nil, count: all.count)
    for row in rows { ids[try row.decode(Int.self, at: 0) - 1] = try row.decode(Int.self, at: 1) }
    return ids
  }

  /// An array within an array of texts: as the text that Postgres reads it from.
  private static func arrayLiteral(_ texts: [String]) -> String {
    let quoted = texts.map { text in
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
    return "{\(quoted.joined(separator: ","))}"
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
    teamSlug = try columns.next()
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
    guard let parts = json.array, parts.count == 10 else { return nil }
    self.init(
      name: parts[0].string ?? "", email: parts[1].string, phoneNumber: parts[2].string,
      timeZone: parts[3].string ?? "UTC", language: parts[4].string ?? "en", absent: parts[5].bool ?? false,
      seatUID: parts[6].string, responses: parts[7].object.map(JSONValue.object),
      metadata: parts[8].object.map(JSONValue.object), userID: parts[9].int)
  }
}

extension Error {
  /// Whether the server or the client refused what one of several asked: nothing has happened for any of them.
  fileprivate var isOfOneStatement: Bool {
    guard let error = self as? PostgresError else { return false }
    if case .encode = error.kind { return true }
    return error.server != nil && error.outcome == .failed
  }
}
