import Foundation
import Postgres

/// The SQL of edge events. Purges are written by the stores whose facts cause them, each in the statement or the
/// transaction of its fact.
struct EdgeEventStore: Sendable {
  static let channel = "edge_events"
  /// Who has missed more begins anew, which costs less than to tell him.
  private static let mostAtOnce = 10_000

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  // MARK: Writing

  private static let purgeForUser = Statement(
    """
    INSERT INTO edge_events (business_id, kind, tags)
    SELECT u.business_id, 'purge', $2 FROM users u WHERE u.id = $1
    """)

  /// For facts that take a transaction of several statements.
  static func purge(_ tags: [CacheTag], of userID: Int, in transaction: PostgresTransaction) async throws {
    _ = try await transaction.query(purgeForUser, userID, tags.map(\.text))
  }

  private static let purgeForBusiness = Statement(
    "INSERT INTO edge_events (business_id, kind, tags) VALUES ($1, 'purge', $2)")

  static func purge(_ tags: [CacheTag], ofBusiness id: Int, in transaction: PostgresTransaction) async throws
  {
    _ = try await transaction.query(purgeForBusiness, id, tags.map(\.text))
  }

  private static let purgeForOperator = Statement(
    """
    WITH edge AS (INSERT INTO edge_events (business_id, kind, tags, paths) VALUES (0, 'purge', $1, $2) RETURNING id)
    SELECT pg_notify('edge_events', 'p') FROM edge
    """)

  func purge(tags: [String], paths: [String]) async throws {
    _ = try await postgres.query(Self.purgeForOperator, tags, paths)
  }

  // Unlike a purge, which some answer may have done already, this is told by the transaction itself: it is rare, and
  // must not wait for anybody's next look.
  private static let revokeSession = Statement(
    """
    WITH edge AS (INSERT INTO edge_events (business_id, kind, session_id)
                  SELECT u.business_id, 'revoke', $2 FROM users u WHERE u.id = $1 RETURNING session_id)
    SELECT pg_notify('edge_events', 's ' || session_id) FROM edge
    """)

  func revoke(session: String, of userID: Int) async throws {
    _ = try await postgres.query(Self.revokeSession, userID, session)
  }

  private static let revokeUser = Statement(
    """
    WITH edge AS (INSERT INTO edge_events (business_id, kind, user_id, issued_before)
                  SELECT u.business_id, 'revoke', u.id, $2 FROM users u WHERE u.id = $1 RETURNING user_id)
    SELECT pg_notify('edge_events', 'u ' || user_id || ' ' || $3::text) FROM edge
    """)

  /// False when there is no such user.
  func revoke(user userID: Int, issuedBy instant: Date) async throws -> Bool {
    let seconds = String(Int(instant.timeIntervalSince1970))
    return try await !postgres.query(Self.revokeUser, userID, instant, seconds).isEmpty
  }

  private static let sweep = Statement("DELETE FROM edge_events WHERE created_at < $1")

  /// Removes what nobody can ask for any more.
  func sweep(now: Date) async throws {
    _ = try await postgres.query(Self.sweep, now.addingTimeInterval(-2 * EdgePosition.life))
  }

  // MARK: Reading

  /// The revocations that still matter, and the snapshot that they were read in: one statement, one snapshot.
  private static let fromNow = Statement(
    """
    SELECT pg_current_snapshot()::text, e.kind, e.tags, e.paths, e.session_id, e.user_id, e.issued_before, e.created_at
    FROM (SELECT 1) AS one LEFT JOIN edge_events e ON e.kind = 'revoke' AND e.created_at > $1
    ORDER BY e.created_at
    """)

  /// Where to begin for somebody who knows nothing: the revocations that still matter, and the position from which he
  /// goes on.
  func beginning(now: Date) async throws -> (events: [EdgeEvent], position: EdgePosition) {
    let rows = try await postgres.query(Self.fromNow, now.addingTimeInterval(-EdgeEvent.revocationLife))
    guard let first = rows.first else { throw EdgeEventStoreError.noSnapshot }
    let position = EdgePosition(readAt: now, snapshot: try first.decode(String.self, at: 0))
    return (try rows.compactMap { try EdgeEvent(row: $0, from: 1) }, position)
  }

  /// What is not in the snapshot $1: written by transactions that began after it, or were under way in it. Both are
  /// looked up by index, so that a transaction that runs for long costs readers nothing.
  private static let sinceSnapshot = Statement(
    """
    WITH new AS MATERIALIZED (
      SELECT e.* FROM edge_events e WHERE e.xid >= pg_snapshot_xmax($1::text::pg_snapshot)
      UNION ALL
      SELECT e.* FROM pg_snapshot_xip($1::text::pg_snapshot) AS late (xid) JOIN edge_events e ON e.xid = late.xid
      LIMIT $2)
    SELECT pg_current_snapshot()::text,
      pg_snapshot_xmax($1::text::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()),
      new.kind, new.tags, new.paths, new.session_id, new.user_id, new.issued_before, new.created_at
    FROM (SELECT 1) AS one LEFT JOIN new ON true
    ORDER BY new.xid, new.id
    """)

  /// What has become known since `position`, and the next position. Nil when it cannot be told any more: the reader
  /// must begin anew.
  func events(since position: EdgePosition, now: Date) async throws -> (
    events: [EdgeEvent], position: EdgePosition
  )? {
    guard position.isUsable(at: now) else { return nil }
    let rows = try await postgres.query(Self.sinceSnapshot, position.snapshot, Self.mostAtOnce + 1)
    // A snapshot from the future is another database's.
    guard let first = rows.first, try first.decode(Bool.self, at: 1), rows.count <= Self.mostAtOnce else {
      return nil
    }
    let next = EdgePosition(readAt: now, snapshot: try first.decode(String.self, at: 0))
    return (try rows.compactMap { try EdgeEvent(row: $0, from: 2) }, next)
  }
}

enum EdgeEventStoreError: Error {
  case noSnapshot
}

extension EdgeEvent {
  /// Nil for the row without an event, which carries only the snapshot.
  fileprivate init?(row: PostgresRow, from column: Int) throws {
    guard !row.isNull(at: column) else { return nil }
    var columns = row.columns
    columns.skip(column)
    let kind: String = try columns.next()
    let tags: [String] = try columns.next()
    let paths: [String] = try columns.next()
    let session: String? = try columns.next()
    let user: Int? = try columns.next()
    let issuedBefore: Date? = try columns.next()
    let until = try columns.next(Date.self).addingTimeInterval(Self.revocationLife)
    switch (kind, session, user, issuedBefore) {
    case ("purge", _, _, _): self = .purge(tags: tags, paths: paths)
    case (_, let session?, _, _): self = .revokeSession(session, until: until)
    case (_, _, let user?, let instant?): self = .revokeUser(user, issuedBy: instant, until: until)
    default: return nil
    }
  }
}
