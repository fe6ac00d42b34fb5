import Foundation
import JSON
import Postgres
import Scheduling

/// The SQL of what customers have booked.
struct CustomerHistoryStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// The bookings of the customer $2 in the business $1. What was moved away is told by what it became.
  private static let history = """
    FROM customers c
    JOIN booking_attendees a ON a.business_id = c.business_id AND lower(coalesce(a.email, a.phone_number)) = c.contact
    JOIN bookings b ON b.business_id = a.business_id AND b.id = a.booking_id AND b.rescheduled_to_uid IS NULL
    WHERE c.business_id = $1 AND c.id = $2
    """

  private static let figures = Statement(
    """
    SELECT count(*),
      count(*) FILTER (WHERE b.status IN ('accepted', 'pending') AND b.starts_at > $3),
      count(*) FILTER (WHERE b.status IN ('cancelled', 'rejected')),
      count(*) FILTER (WHERE b.status = 'accepted' AND a.absent),
      max(b.starts_at) FILTER (WHERE b.status = 'accepted' AND NOT a.absent AND b.starts_at <= $3),
      min(b.starts_at) FILTER (WHERE b.status IN ('accepted', 'pending') AND b.starts_at > $3)
    \(history)
    """)

  func figures(of id: Int, in businessID: Int, now: Date) async throws -> CustomerFigures {
    guard let row = try await postgres.query(Self.figures, businessID, id, now).first else {
      return CustomerFigures(total: 0, upcoming: 0, cancelled: 0, noShows: 0)
    }
    var columns = row.columns
    return CustomerFigures(
      total: try columns.next(), upcoming: try columns.next(), cancelled: try columns.next(),
      noShows: try columns.next(), lastVisit: try columns.next(), nextVisit: try columns.next())
  }

  private static let visits = Statement(
    """
    SELECT b.uid, b.title, b.status, b.starts_at, b.ends_at, b.event_type_id, b.event_type_slug, a.absent, b.created_at,
      (SELECT json_agg(json_build_object('id', u.id, 'name', u.name) ORDER BY u.id)
       FROM booking_hosts h JOIN users u ON u.id = h.user_id
       WHERE h.business_id = b.business_id AND h.booking_id = b.id)
    \(history)
    ORDER BY b.starts_at DESC, b.id DESC, a.position LIMIT $3 OFFSET $4
    """)

  /// The latest first.
  func visits(of id: Int, in businessID: Int, take: Int, skip: Int) async throws -> [CustomerVisit] {
    try await postgres.query(Self.visits, businessID, id, take, skip).map(CustomerVisit.init(row:))
  }
}

extension CustomerVisit {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    uid = try columns.next()
    title = try columns.next()
    status = try columns.next()
    start = Instant(try columns.next(Date.self))
    end = Instant(try columns.next(Date.self))
    eventTypeID = try columns.next()
    eventTypeSlug = try columns.next()
    absent = try columns.next()
    createdAt = try columns.next()
    hosts = try columns.json()?.array ?? []
  }
}
