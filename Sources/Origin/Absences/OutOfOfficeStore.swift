import Foundation
import Postgres

/// The SQL of absences. Everything is asked for by the person who is away.
struct OutOfOfficeStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let columns = "o.id, o.user_id, o.during, o.reason, o.notes, o.to_user_id, o.created_at"

  // MARK: Reading

  private static let ofUser = Statement(
    """
    SELECT \(columns) FROM out_of_office o WHERE o.user_id = $1
    ORDER BY lower(o.during), o.id OFFSET $2 LIMIT $3
    """)

  func absences(of userID: Int, skip: Int, take: Int) async throws -> [OutOfOffice] {
    try await postgres.query(Self.ofUser, userID, skip, take).map(OutOfOffice.init(row:))
  }

  private static let byID = Statement(
    "SELECT \(columns) FROM out_of_office o WHERE o.id = $1 AND o.user_id = $2")

  func absence(_ id: Int, of userID: Int) async throws -> OutOfOffice? {
    try await postgres.query(Self.byID, id, userID).first.map(OutOfOffice.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    WITH o AS (
      INSERT INTO out_of_office (business_id, user_id, during, reason, notes, to_user_id, created_at, updated_at)
      SELECT u.business_id, u.id, $2, $3, $4, $5, $6, $6 FROM users u
      WHERE u.id = $1 AND (SELECT count(*) FROM out_of_office WHERE user_id = u.id) < $7
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT o.business_id, 'purge', $8 FROM o)
    SELECT \(columns) FROM o
    """)

  /// Nil when he has so many that it is enough.
  func create(_ absence: OutOfOffice, of userID: Int, now: Date) async throws -> OutOfOffice? {
    try await postgres.holding(.user(userID)) { transaction in
      try await transaction.query(
        Self.insert, userID, absence.range.stored, absence.reason, absence.notes, absence.toUserID, now,
        OutOfOffice.most, [CacheTag.host(userID).text]
      ).first.map(OutOfOffice.init(row:))
    }
  }

  private static let update = Statement(
    """
    WITH o AS (
      UPDATE out_of_office o SET during = $3, reason = $4, notes = $5, to_user_id = $6, updated_at = $7
      WHERE o.id = $1 AND o.user_id = $2
      RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT o.business_id, 'purge', $8 FROM o)
    SELECT \(columns) FROM o
    """)

  /// Nil when there is none of his with this id.
  func update(_ absence: OutOfOffice, of userID: Int, now: Date) async throws -> OutOfOffice? {
    try await postgres.query(
      Self.update, absence.id, userID, absence.range.stored, absence.reason, absence.notes, absence.toUserID,
      now,
      [CacheTag.host(userID).text]
    ).first.map(OutOfOffice.init(row:))
  }

  private static let delete = Statement(
    """
    WITH o AS (DELETE FROM out_of_office o WHERE o.id = $1 AND o.user_id = $2 RETURNING *),
    edge AS (INSERT INTO edge_events (business_id, kind, tags) SELECT o.business_id, 'purge', $3 FROM o)
    SELECT \(columns) FROM o
    """)

  func delete(_ id: Int, of userID: Int) async throws -> OutOfOffice? {
    try await postgres.query(Self.delete, id, userID, [CacheTag.host(userID).text])
      .first.map(OutOfOffice.init(row:))
  }
}

extension OutOfOffice {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    userID = try columns.next()
    range = try TimeRange(stored: columns.next())
    reason = try columns.next()
    notes = try columns.next()
    toUserID = try columns.next()
    createdAt = try columns.next()
  }
}

extension TimeRange {
  /// The tables refuse ranges without bounds.
  init(stored: TimestampRange) {
    self.init(start: stored.lower ?? .distantPast, end: stored.upper ?? .distantFuture)
  }
}
