import Foundation
import Postgres
import Scheduling

/// Which of a caller's bookings he wants to see: the query of GET /v2/bookings.
struct BookingFilter: Sendable {
  var statuses: [String]?
  var attendeeEmail: String?
  var attendeeName: String?
  var bookingUID: String?
  var eventTypeIDs: [Int]?
  var afterStart: Date?
  var beforeEnd: Date?
  var afterCreated: Date?
  var beforeCreated: Date?
  var afterUpdated: Date?
  var beforeUpdated: Date?
  var order = Order(column: .start, descending: false)
  var take = 100
  var skip = 0

  struct Order: Sendable, Hashable {
    enum Column: String, Sendable, CaseIterable {
      case start = "starts_at"
      case end = "ends_at"
      case created = "created_at"
      case updated = "updated_at"
    }
    var column: Column
    var descending: Bool
  }
}

/// The SQL of lists of bookings.
struct BookingListStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Attending counts by a confirmed address only: anybody can sign up with somebody else's.
  private static let matching = """
    FROM (SELECT h.business_id, h.booking_id FROM booking_hosts h WHERE h.user_id = $1
          UNION
          SELECT a.business_id, a.booking_id
          FROM users u JOIN booking_attendees a ON lower(a.email) = lower(u.email)
          WHERE u.id = $1 AND u.email_verified_at IS NOT NULL) mine
    JOIN bookings b ON b.business_id = mine.business_id AND b.id = mine.booking_id
    WHERE ($3::text[] IS NULL
           OR 'upcoming' = ANY ($3) AND b.ends_at > $2 AND b.status IN ('accepted', 'pending')
           OR 'past' = ANY ($3) AND b.ends_at <= $2 AND b.status IN ('accepted', 'pending')
           OR 'cancelled' = ANY ($3) AND b.status IN ('cancelled', 'rejected')
           OR 'unconfirmed' = ANY ($3) AND b.status = 'pending')
      AND ($4::text IS NULL OR EXISTS (
        SELECT FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id
          AND lower(a.email) = lower($4)))
      AND ($5::text IS NULL OR EXISTS (
        SELECT FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id
          AND a.name = $5))
      AND ($6::text IS NULL OR b.uid = $6)
      AND ($7::bigint[] IS NULL OR b.event_type_id = ANY ($7))
      AND ($8::timestamptz IS NULL OR b.starts_at >= $8)
      AND ($9::timestamptz IS NULL OR b.ends_at <= $9)
      AND ($10::timestamptz IS NULL OR b.created_at >= $10)
      AND ($11::timestamptz IS NULL OR b.created_at <= $11)
      AND ($12::timestamptz IS NULL OR b.updated_at >= $12)
      AND ($13::timestamptz IS NULL OR b.updated_at <= $13)
    """

  private static let count = Statement("SELECT count(*) \(matching)")

  /// One statement per order, because an order cannot be a parameter.
  private static let pages: [BookingFilter.Order: Statement] = {
    var pages: [BookingFilter.Order: Statement] = [:]
    for column in BookingFilter.Order.Column.allCases {
      for descending in [false, true] {
        let direction = descending ? "DESC" : "ASC"
        pages[.init(column: column, descending: descending)] = Statement(
          """
          SELECT \(BookingStore.columns) \(matching)
          ORDER BY b.\(column.rawValue) \(direction), b.id \(direction) LIMIT $14 OFFSET $15
          """)
      }
    }
    return pages
  }()

  /// One page, and how many there are in all.
  func bookings(of userID: Int, _ filter: BookingFilter, now: Date) async throws
    -> (page: [Booking], total: Int)
  {
    guard let page = Self.pages[filter.order] else { return ([], 0) }
    async let total = total(of: userID, filter, now: now)
    let rows = try await postgres.query(
      page, userID, now, filter.statuses, filter.attendeeEmail, filter.attendeeName, filter.bookingUID,
      filter.eventTypeIDs, filter.afterStart, filter.beforeEnd, filter.afterCreated, filter.beforeCreated,
      filter.afterUpdated, filter.beforeUpdated, filter.take, filter.skip)
    return (try rows.map(Booking.init(row:)), try await total)
  }

  private func total(of userID: Int, _ filter: BookingFilter, now: Date) async throws -> Int {
    try await postgres.query(
      Self.count, userID, now, filter.statuses, filter.attendeeEmail, filter.attendeeName, filter.bookingUID,
      filter.eventTypeIDs, filter.afterStart, filter.beforeEnd, filter.afterCreated, filter.beforeCreated,
      filter.afterUpdated, filter.beforeUpdated
    ).first?.decode(Int.self, at: 0) ?? 0
  }
}
