import Foundation
import Postgres
import Scheduling

/// The SQL of opening hours and closures. The caller has made sure that the business is one where he may.
struct OpeningHoursStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  // MARK: Reading

  private static let hours = Statement(
    """
    SELECT b.time_zone,
      ARRAY(SELECT array_to_string(days, ',') FROM business_hours h WHERE h.business_id = b.id ORDER BY position),
      ARRAY(SELECT start_minute * 2000 + end_minute FROM business_hours h WHERE h.business_id = b.id ORDER BY position)
    FROM businesses b WHERE b.id = $1 AND b.deleted_at IS NULL
    """)
  private static let closures = Statement(
    """
    SELECT c.id, c.start_date - date '1970-01-01', c.end_date - date '1970-01-01', c.reason FROM business_closures c
    WHERE c.business_id = $1 ORDER BY c.start_date, c.id LIMIT 1000
    """)

  func openingHours(of businessID: Int) async throws -> OpeningHours? {
    async let closures = postgres.query(Self.closures, businessID)
    guard let row = try await postgres.query(Self.hours, businessID).first else { return nil }
    var columns = row.columns
    return OpeningHours(
      timeZone: try columns.next(),
      hours: Schedule.Hours.rows(days: try columns.next(), times: try columns.next()),
      closures: try await closures.map(Closure.init(row:)))
  }

  // MARK: Writing

  private static let move = Statement(
    """
    UPDATE businesses SET time_zone = coalesce($2, time_zone), updated_at = $3
    WHERE id = $1 AND deleted_at IS NULL
    """)
  private static let clear = Statement("DELETE FROM business_hours WHERE business_id = $1")
  private static let add = Statement(
    """
    INSERT INTO business_hours (business_id, position, days, start_minute, end_minute)
    SELECT $1, row.number - 1, row.days::smallint[], row.starts, row.ends
    FROM unnest($2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS row (days, starts, ends, number)
    """)

  /// Replaces the weekly hours; nil leaves the zone as it is.
  func replace(
    _ hours: [Schedule.Hours], timeZone: String?, of businessID: Int, purging tags: [CacheTag], now: Date
  ) async throws {
    try await postgres.transaction { transaction in
      guard try await transaction.query(Self.move, businessID, timeZone, now).affected == 1 else { return }
      _ = try await transaction.query(Self.clear, businessID)
      _ = try await transaction.query(
        Self.add, businessID, hours.map(\.storedDays), hours.map { Int32($0.start.minuteOfDay) },
        hours.map { Int32($0.end.minuteOfDay) })
      try await EdgeEventStore.purge(tags, ofBusiness: businessID, in: transaction)
    }
  }

  private static let insertClosure = Statement(
    """
    WITH c AS (
      INSERT INTO business_closures (business_id, start_date, end_date, reason, created_at)
      SELECT b.id, $2::date, $3::date, $4, $5 FROM businesses b
      WHERE b.id = $1 AND b.deleted_at IS NULL
        AND (SELECT count(*) FROM business_closures WHERE business_id = b.id) < $6
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT c.business_id, 'purge', $7 FROM c)
    SELECT c.id, c.start_date - date '1970-01-01', c.end_date - date '1970-01-01', c.reason FROM c
    """)

  /// Nil when there are so many that it is enough.
  func close(_ closure: Closure, of businessID: Int, purging tags: [CacheTag], now: Date) async throws
    -> Closure?
  {
    try await postgres.holding(.business(businessID)) { transaction in
      try await transaction.query(
        Self.insertClosure, businessID, closure.first.text, closure.last.text, closure.reason, now,
        Closure.most, tags.map(\.text)
      ).first.map(Closure.init(row:))
    }
  }

  private static let deleteClosure = Statement(
    """
    WITH c AS (DELETE FROM business_closures WHERE business_id = $1 AND id = $2 RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT c.business_id, 'purge', $3 FROM c)
    SELECT c.id, c.start_date - date '1970-01-01', c.end_date - date '1970-01-01', c.reason FROM c
    """)

  func open(_ closureID: Int, of businessID: Int, purging tags: [CacheTag]) async throws -> Closure? {
    try await postgres.query(
      Self.deleteClosure, businessID, closureID, tags.map(\.text)
    ).first.map(Closure.init(row:))
  }
}

extension Closure {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    first = CivilDate(daysSince1970: try columns.next())
    last = CivilDate(daysSince1970: try columns.next())
    reason = try columns.next()
  }
}
