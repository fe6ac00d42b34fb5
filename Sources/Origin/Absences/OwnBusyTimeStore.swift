import Foundation
import Postgres

/// The SQL of what people enter by hand as taken; what calendars say lies in the same table.
struct OwnBusyTimeStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let ofUser = Statement(
    """
    SELECT b.id, b.during, b.created_at FROM busy_times b WHERE b.user_id = $1 AND b.calendar_id IS NULL
    ORDER BY lower(b.during), b.id LIMIT $2
    """)

  func busyTimes(of userID: Int) async throws -> [OwnBusyTime] {
    try await postgres.query(Self.ofUser, userID, OwnBusyTime.most).map(OwnBusyTime.init(row:))
  }

  private static let insert = Statement(
    """
    WITH b AS (
      INSERT INTO busy_times (business_id, user_id, during, created_at)
      SELECT u.business_id, u.id, $2, $3 FROM users u
      WHERE u.id = $1 AND (SELECT count(*) FROM busy_times WHERE user_id = u.id AND calendar_id IS NULL) < $4
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT b.business_id, 'purge', $5 FROM b)
    SELECT b.id, b.during, b.created_at FROM b
    """)

  /// Nil when he has so many that it is enough.
  func create(_ range: TimeRange, of userID: Int, now: Date) async throws -> OwnBusyTime? {
    try await postgres.holding(.user(userID)) { transaction in
      try await transaction.query(
        Self.insert, userID, range.stored, now, OwnBusyTime.most, [CacheTag.host(userID).text]
      ).first.map(OwnBusyTime.init(row:))
    }
  }

  private static let delete = Statement(
    """
    WITH b AS (DELETE FROM busy_times b WHERE b.id = $1 AND b.user_id = $2 AND b.calendar_id IS NULL RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT b.business_id, 'purge', $3 FROM b)
    SELECT b.id, b.during, b.created_at FROM b
    """)

  func delete(_ id: Int, of userID: Int) async throws -> OwnBusyTime? {
    try await postgres.query(Self.delete, id, userID, [CacheTag.host(userID).text])
      .first.map(OwnBusyTime.init(row:))
  }
}

extension OwnBusyTime {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    range = try TimeRange(stored: columns.next())
    createdAt = try columns.next()
  }
}
