import Foundation
import JSON
import Postgres
import Problem
import Scheduling

/// The SQL of bookings inside a transaction that holds the locks of all that it looks at: several at once, with
/// several hosts, units, seats.
struct LedgerStore: Sendable {
  let transaction: PostgresTransaction
  let now: Date

  // MARK: Locks

  /// In order, so that nobody waits for somebody who waits for him.
  private static let lock = Statement(
    "SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest($1::bigint[]) AS key ORDER BY 1) AS keys")

  func lock(_ keys: [LedgerLock]) async throws {
    _ = try await transaction.query(Self.lock, keys.map(\.key))
  }

  private static let forUpdate = Statement(
    "SELECT id FROM bookings WHERE business_id = $1 AND (uid = $2 OR series_uid = $2) ORDER BY id FOR UPDATE")

  /// A booking, or all of a series, as nobody can change it any more before the commit.
  func locked(_ uid: String) async throws -> [Booking] {
    guard let businessID = BookingUID.businessID(of: uid) else { return [] }
    while true {
      let rows = try await transaction.query(Self.forUpdate, businessID, uid)
      let ids = Set(try rows.map { try $0.decode(Int.self, at: 0) })
      if let single = try await BookingStore.booking(uid: uid, on: transaction) { return [single] }
      let series = try await BookingStore.series(uid: uid, on: transaction)
      // One of it moved while we waited: it is a new row.
      if series.allSatisfy({ ids.contains($0.id) }) { return series }
    }
  }

  /// One booking that is not over, as nobody can change it any more before the commit.
  func lockedActive(_ uid: String) async throws -> Booking {
    guard let booking = try await locked(uid).first else { throw Problem.notFound("booking") }
    guard booking.isActive else { throw BookingProblems.inactive(booking) }
    return booking
  }

  // MARK: Creating

  private static let nextIDs = Statement("SELECT nextval('booking_ids') FROM generate_series(1, $1)")

  func newIDs(_ count: Int) async throws -> [Int] {
    try await transaction.query(Self.nextIDs, count).map { try $0.decode(Int.self, at: 0) }
  }

  /// The plain INSERT makes a clash an error, and that undoes the whole transaction.
  private static let insert = Statement(
    """
    WITH b AS (
      INSERT INTO bookings (business_id, id, uid, title, description, status, starts_at, ends_at, event_type_id,
        event_type_slug, location, metadata, responses, guests, rescheduling_reason, rescheduled_by_email,
        rescheduled_from_uid, series_uid, seats, seats_taken, ics_uid, ics_sequence, created_at)
      SELECT $1, n.id, n.uid, n.title, n.description, n.status, n.starts_at, n.ends_at, n.event_type_id,
        n.event_type_slug, n.location, n.metadata, n.responses, n.guests, n.rescheduling_reason,
        n.rescheduled_by_email, n.rescheduled_from_uid, n.series_uid, n.seats, n.seats_taken, n.ics_uid,
        n.ics_sequence, $5
      FROM jsonb_populate_recordset(NULL::bookings, $2) AS n RETURNING id),
    host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
             SELECT $1, n.booking_id, n.user_id, n.starts_at
             FROM jsonb_populate_recordset(NULL::booking_hosts, $3) AS n),
    taken AS (INSERT INTO occupancies (subject_id, business_id, booking_id, during)
              SELECT n.subject_id, $1, n.booking_id, n.during
              FROM jsonb_populate_recordset(NULL::occupancies, $4) AS n ORDER BY n.subject_id, lower(n.during))
    SELECT count(*) FROM b
    """)

  /// Bookings with their hosts, attendees and mails, and what they take of people's time.
  /// - Throws: an exclusion violation of `occupancies_no_overlap` when somebody else has the time; `slot_taken` when all
  ///   hosts have left.
  func insert(_ new: [NewBooking]) async throws {
    guard let businessID = new.first?.businessID else { return }
    if new.contains(where: \.hosts.isEmpty) { throw BookingProblems.slotTaken }
    for booking in new where booking.takesTime {
      try await BookingStore.removeExpiredHolds(
        of: booking.subjectIDs, in: booking.occupied, now: now, on: transaction)
    }
    let hosts = new.flatMap { booking in
      booking.hosts.map { host in
        JSONValue.object([
          "booking_id": .int(booking.id), "user_id": .int(host.id), "starts_at": .string(booking.start.text),
        ])
      }
    }
    let taken = new.filter { !$0.mayOverlap }.flatMap { booking in
      booking.subjectIDs.map { occupancy($0, booking.id, booking.occupied) }
    }
    _ = try await transaction.query(
      Self.insert, businessID, JSONBytes(JSONValue.array(new.map(\.record)).bytes),
      JSONBytes(JSONValue.array(hosts).bytes), JSONBytes(JSONValue.array(taken).bytes), now)
    for booking in new where booking.mayOverlap { try await takeWhatIsFree(for: booking) }
    for booking in new {
      for (position, attendee) in booking.attendees.enumerated() {
        try await add(attendee, at: position, to: booking.id, of: businessID)
      }
    }
    for booking in new { try await owe(booking.mails, about: booking.uid, of: businessID) }
  }

  private func occupancy(_ subject: Int, _ bookingID: Int, _ time: Range<Instant>) -> JSONValue {
    .object([
      "subject_id": .int(subject), "booking_id": .int(bookingID),
      "during": .string("[\(time.lowerBound.text),\(time.upperBound.text))"),
    ])
  }

  private static let taking = """
    INSERT INTO occupancies (subject_id, business_id, booking_id, during)
    SELECT subject, $1, $2, tstzrange($4, $5) FROM unnest($3::bigint[]) AS subject ORDER BY subject
    """
  private static let take = Statement(taking)
  private static let takeFree = Statement("\(taking) ON CONFLICT DO NOTHING")

  /// Nobody's time is taken twice, and nobody is free who has this booking alone.
  private func takeWhatIsFree(for booking: NewBooking) async throws {
    _ = try await transaction.query(
      Self.takeFree, booking.businessID, booking.id, booking.subjectIDs, booking.occupied.lowerBound.date,
      booking.occupied.upperBound.date)
  }

  /// Takes time for a booking that had none.
  func take(_ subjectIDs: [Int], for booking: Booking, _ time: Range<Instant>) async throws {
    _ = try await transaction.query(
      Self.take, booking.businessID, booking.id, subjectIDs, time.lowerBound.date, time.upperBound.date)
  }

  // MARK: People

  private static let addAttendee = Statement(
    """
    INSERT INTO booking_attendees (business_id, booking_id, position, name, email, phone_number, time_zone, language,
      seat_uid, responses, metadata, user_id)
    SELECT $1, $2, coalesce($3, (SELECT max(a.position) + 1 FROM booking_attendees a
                                 WHERE a.business_id = $1 AND a.booking_id = $2), 0),
      $4, $5, $6, $7, $8, $9, $10, $11, $12
    RETURNING position
    """)

  /// Whoever attends is a customer of the business from then on.
  private static let addCustomer = Statement(
    """
    INSERT INTO customers (business_id, contact, name, email, phone_number, created_at, updated_at)
    SELECT $1, lower(coalesce($3, $4)), $2, $3, $4, $5, $5
    WHERE NOT EXISTS (SELECT FROM customers c WHERE c.business_id = $1 AND c.contact = lower(coalesce($3::text, $4::text)))
    ON CONFLICT (business_id, contact) DO NOTHING
    """)

  /// - Parameter position: nil after the others.
  /// - Returns: where he stands.
  @discardableResult
  func add(_ attendee: Booking.Attendee, at position: Int?, to bookingID: Int, of businessID: Int)
    async throws
    -> Int
  {
    let rows = try await transaction.query(
      Self.addAttendee, businessID, bookingID, position, attendee.name, attendee.email, attendee.phoneNumber,
      attendee.timeZone, attendee.language, attendee.seatUID,
      attendee.responses.map { JSONBytes($0.bytes) }, attendee.metadata.map { JSONBytes($0.bytes) },
      attendee.userID)
    _ = try await transaction.query(
      Self.addCustomer, businessID, attendee.name, attendee.email, attendee.phoneNumber, now)
    return try Int(rows.first?.decode(Int16.self, at: 0) ?? 0)
  }

  // MARK: Seats

  /// The row is the lock: whoever comes late finds it full. The event type may have more or fewer seats by now.
  private static let takeSeat = Statement(
    """
    UPDATE bookings SET seats = greatest($3, seats_taken + 1), seats_taken = seats_taken + 1, updated_at = $4
    WHERE business_id = $1 AND id = $2 AND status IN ('accepted', 'pending') AND seats_taken < $3
    RETURNING id
    """)

  /// False when the last seat has gone.
  private func takeSeat(in bookingID: Int, of businessID: Int, seats: Int) async throws -> Bool {
    try await !transaction.query(Self.takeSeat, businessID, bookingID, seats, now).isEmpty
  }

  /// Gives somebody one of the seats that are left in a booking that is there, and tells everybody concerned.
  func seat(
    _ attendee: Booking.Attendee, in there: SeatedBooking, of type: EventType, owing event: BookingMail.Event
  ) async throws -> Booking {
    guard try await takeSeat(in: there.id, of: type.businessID, seats: type.seats?.perSlot ?? 0) else {
      throw try await whyNoSeat(in: there.uid)
    }
    do {
      try await add(attendee, at: nil, to: there.id, of: type.businessID)
    } catch let error as PostgresError
      where error.isUniqueViolation(constraint: "booking_attendees_seat_email_key")
    {
      throw BookingProblems.alreadyBooked
    }
    guard let booking = try await BookingStore.booking(uid: there.uid, on: transaction) else {
      throw Problem.notFound("booking")
    }
    let mails = BookingMail.all(event, hosts: booking.hosts.map(\.id), seatUID: attendee.seatUID)
    try await owe(mails, about: booking.uid, of: booking.businessID)
    return booking
  }

  /// All are taken, or the last one has just left and ended the booking: then another look finds the time free.
  private func whyNoSeat(in uid: String) async throws -> any Error {
    let isActive = try await BookingStore.booking(uid: uid, on: transaction)?.isActive ?? false
    return isActive ? BookingProblems.seatsFull : BookingRetry()
  }

  private static let leaveSeat = Statement(
    """
    WITH gone AS (DELETE FROM booking_attendees WHERE business_id = $1 AND booking_id = $2 AND seat_uid = $3
                  RETURNING booking_id)
    UPDATE bookings b SET seats_taken = b.seats_taken - 1, updated_at = $4 FROM gone
    WHERE b.business_id = $1 AND b.id = gone.booking_id RETURNING b.seats_taken
    """)

  /// How many are left; nil when there was no such seat.
  func leaveSeat(_ seatUID: String, of booking: Booking) async throws -> Int? {
    try await transaction.query(Self.leaveSeat, booking.businessID, booking.id, seatUID, now).first?
      .decode(Int.self, at: 0)
  }

  private static let forgetSeats = Statement(
    "UPDATE booking_attendees SET seat_uid = NULL WHERE business_id = $1 AND booking_id = $2")

  /// The seats of a booking that moved are those of the new one; one name stands once.
  func forgetSeats(of booking: Booking) async throws {
    if booking.seats == nil { return }
    _ = try await transaction.query(Self.forgetSeats, booking.businessID, booking.id)
  }

  // MARK: Changing

  private static let change = Statement(
    """
    UPDATE bookings SET status = $3, cancellation_reason = coalesce($4, cancellation_reason),
      cancelled_by_email = coalesce($5, cancelled_by_email), rejection_reason = coalesce($6, rejection_reason),
      rescheduling_reason = coalesce($7, rescheduling_reason),
      rescheduled_by_email = coalesce($8, rescheduled_by_email),
      rescheduled_to_uid = coalesce($9, rescheduled_to_uid), ics_sequence = ics_sequence + $10, updated_at = $11
    WHERE business_id = $1 AND id = $2
    """)

  /// What becomes of a booking that `locked` gave.
  struct Change: Sendable {
    var status: Booking.Status
    var cancellationReason: String?
    var cancelledByEmail: String?
    var rejectionReason: String?
    var reschedulingReason: String?
    var rescheduledByEmail: String?
    var rescheduledToUID: String?
  }

  func change(_ booking: Booking, _ change: Change) async throws {
    // A moved booking's calendar entry goes on with the new one's count.
    let counts = change.rescheduledToUID == nil && change.status == .cancelled ? 1 : 0
    _ = try await transaction.query(
      Self.change, booking.businessID, booking.id, change.status.rawValue, change.cancellationReason,
      change.cancelledByEmail, change.rejectionReason, change.reschedulingReason, change.rescheduledByEmail,
      change.rescheduledToUID, counts, now)
  }

  private static let free = Statement("DELETE FROM occupancies WHERE business_id = $1 AND booking_id = $2")

  /// Gives back the time that a booking takes.
  func free(_ booking: Booking) async throws {
    _ = try await transaction.query(Self.free, booking.businessID, booking.id)
  }

  // MARK: What goes with it

  private static let addMails = Statement(
    """
    INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
    SELECT $1, $2, mail.payload::jsonb, mail.key, $5, $5
    FROM unnest($3::text[], $4::text[]) AS mail (payload, key)
    ON CONFLICT DO NOTHING
    """)

  func owe(_ mails: [BookingMail], about uid: String, of businessID: Int) async throws {
    if mails.isEmpty { return }
    let jobs = mails.map { $0.job(uid: uid) }
    _ = try await transaction.query(
      Self.addMails, businessID, BookingMail.kind, jobs.map(\.payload), jobs.map(\.key), now)
  }

  func purge(_ tags: [CacheTag], of businessID: Int) async throws {
    if tags.isEmpty { return }
    try await EdgeEventStore.purge(tags, ofBusiness: businessID, in: transaction)
  }
}

/// What transactions of the ledger exclude each other by. Locks are taken in the order of their keys.
enum LedgerLock: Sendable, Hashable {
  /// A host, or a unit of a resource.
  case subject(Int)
  /// For what is counted by event type: limits, whose turn it is.
  case eventType(Int)
  case business(Int)
  /// A slot reservation, which may be moved, given back and booked at once; it is another row after it moved.
  case reservation(String)

  /// Kinds apart in the highest byte; ids stay far below it.
  var key: Int {
    switch self {
    case .business(let id): 1 << 56 | id
    case .eventType(let id): 2 << 56 | id
    case .subject(let id): 3 << 56 | id
    // Two that share a key wait for each other, and no more.
    case .reservation(let uid): 4 << 56 | uid.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xff_ffff_ffff }
    }
  }
}

extension NewBooking {
  fileprivate var record: JSONValue {
    var object: JSONObject = [
      "id": .int(id), "uid": .string(uid), "title": .string(title), "description": .string(description),
      "status": .string(status.rawValue), "starts_at": .string(start.text), "ends_at": .string(end.text),
      "event_type_id": .int(eventTypeID), "event_type_slug": .string(eventTypeSlug),
      "guests": .array(guests.map(JSONValue.string)), "ics_uid": .string(icsUID),
      "ics_sequence": .int(icsSequence), "seats": JSONValue(seats),
      "seats_taken": JSONValue(seats.map { _ in attendees.count }),
    ]
    object["metadata"] = (try? JSONValue(parsing: metadata)) ?? .object([:])
    object["responses"] = (try? JSONValue(parsing: responses)) ?? .object([:])
    if let location { object["location"] = .string(location) }
    if let seriesUID { object["series_uid"] = .string(seriesUID) }
    if let origin {
      object["rescheduled_from_uid"] = .string(origin.uid)
      if let reason = origin.reason { object["rescheduling_reason"] = .string(reason) }
      if let email = origin.byEmail { object["rescheduled_by_email"] = .string(email) }
    }
    return .object(object)
  }
}
