import Foundation
import Postgres
import Problem

/// The SQL of managed event types: a team's pattern, and what each of its hosts has of it in his own business. All of
/// it follows the pattern but the schedule, which is the host's.
enum ManagedEventTypeStore {
  /// The columns of an event type that go over to those of the hosts.
  private static let copied = EventTypeStore.names.split(separator: ",").map {
    $0.trimmingCharacters(in: .whitespacesAndNewlines)
  }.filter { !["schedule_id", "scheduling_type", "all_members", "keeps_host"].contains($0) }
  private static let list = copied.joined(separator: ", ")
  private static let ofPattern = copied.map { "p.\($0)" }.joined(separator: ", ")

  private static let former = Statement(
    """
    SELECT c.business_id, c.id, c.owner_id FROM event_types c
    WHERE c.parent_business_id = $1 AND NOT EXISTS (
      SELECT FROM event_type_hosts h JOIN event_types p ON p.business_id = h.business_id AND p.id = h.event_type_id
      WHERE p.business_id = $1 AND p.id = c.parent_id AND p.scheduling_type = 'managed' AND h.user_id = c.owner_id)
    """)
  private static let follow = Statement(
    """
    UPDATE event_types c SET (\(list), updated_at) =
      (SELECT \(ofPattern), $2::timestamptz FROM event_types p WHERE p.business_id = $1 AND p.id = c.parent_id)
    WHERE c.parent_business_id = $1 AND ($3::bigint IS NULL OR c.parent_id = $3)
    RETURNING c.id, c.owner_id
    """)

  /// Who has something of that name already keeps it.
  private static let add = Statement(
    """
    WITH made AS (
      INSERT INTO event_types (business_id, owner_id, parent_business_id, parent_id, schedule_id, created_at, updated_at,
        \(list))
      SELECT u.business_id, u.id, p.business_id, p.id, h.schedule_id, $2, $2, \(ofPattern)
      FROM event_types p JOIN event_type_hosts h ON h.business_id = p.business_id AND h.event_type_id = p.id
      JOIN users u ON u.id = h.user_id
      WHERE p.business_id = $1 AND p.scheduling_type = 'managed' AND NOT EXISTS (
        SELECT FROM event_types c
        WHERE c.business_id = u.business_id AND c.parent_business_id = $1 AND c.parent_id = p.id)
      ON CONFLICT DO NOTHING RETURNING business_id, id, owner_id),
    host AS (INSERT INTO event_type_hosts (business_id, event_type_id, user_id)
             SELECT business_id, id, owner_id FROM made)
    SELECT id, owner_id FROM made
    """)

  /// Brings what the hosts of a business's patterns have into line with them.
  /// - Parameter pattern: the one that changed; nil when only people came or went.
  static func sync(of businessID: Int, pattern: Int? = nil, now: Date, in transaction: PostgresTransaction)
    async throws
  {
    try await remove(
      try await transaction.query(former, businessID), of: businessID, now: now, in: transaction)
    var tags: [CacheTag] = []
    if let pattern {
      tags += try await transaction.query(follow, businessID, now, pattern).flatMap(Self.tags)
    }
    tags += try await transaction.query(add, businessID, now).flatMap(Self.tags)
    if tags.isEmpty { return }
    try await EdgeEventStore.purge(tags, ofBusiness: businessID, in: transaction)
  }

  private static func tags(_ row: PostgresRow) throws -> [CacheTag] {
    let owner = try row.decode(Int.self, at: 1)
    return [.eventType(try row.decode(at: 0)), .profile(owner), .host(owner)]
  }

  private static let without = Statement(
    """
    SELECT h.user_id FROM event_type_hosts h JOIN users u ON u.id = h.user_id
    WHERE h.business_id = $1 AND h.event_type_id = $2 AND NOT EXISTS (
      SELECT FROM event_types c
      WHERE c.business_id = u.business_id AND c.parent_business_id = $1 AND c.parent_id = $2)
    ORDER BY h.user_id
    """)

  /// Says which hosts could not be given theirs, because they have another event type of that slug.
  static func check(_ pattern: EventType, in transaction: PostgresTransaction) async throws {
    let rows = try await transaction.query(without, pattern.businessID, pattern.id)
    if rows.isEmpty { return }
    let ids = try rows.map { String(try $0.decode(Int.self, at: 0)) }.joined(separator: ", ")
    throw Problem.badInput(["slug": "is taken by an event type of these hosts' own: \(ids)"])
  }

  // MARK: Removing

  private static let made = Statement(
    """
    SELECT business_id, id, owner_id FROM event_types
    WHERE parent_business_id = $1 AND ($2::bigint IS NULL OR parent_id = $2)
    """)

  /// Takes away what hosts have of a pattern, or of all of a business.
  static func remove(of businessID: Int, pattern: Int? = nil, now: Date, in transaction: PostgresTransaction)
    async throws
  {
    let rows = try await transaction.query(made, businessID, pattern)
    try await remove(rows, of: businessID, now: now, in: transaction)
  }

  private static let lock = Statement(
    "SELECT FROM event_types WHERE id = ANY ($1) ORDER BY id FOR UPDATE")
  private static let lockBookings = Statement(
    """
    SELECT FROM unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id)
    JOIN bookings b ON b.business_id = gone.business_id AND b.event_type_id = gone.id
    ORDER BY b.id FOR NO KEY UPDATE OF b
    """)
  private static let deleteHolds = Statement(
    """
    DELETE FROM occupancies o USING unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id), slot_reservations r
    WHERE r.business_id = gone.business_id AND r.event_type_id = gone.id
      AND o.business_id = r.business_id AND o.reservation_id = r.id
    """)
  private static let delete = Statement(
    """
    DELETE FROM event_types e USING unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id)
    WHERE e.business_id = gone.business_id AND e.id = gone.id
    """)

  /// As one event type is deleted, with its locks in their order: the bookings that they had stay.
  private static func remove(
    _ rows: PostgresRows, of businessID: Int, now: Date, in transaction: PostgresTransaction
  ) async throws {
    let businesses = try rows.map { try $0.decode(Int.self, at: 0) }
    let ids = try rows.map { try $0.decode(Int.self, at: 1) }
    let owners = try rows.map { try $0.decode(Int.self, at: 2) }
    if ids.isEmpty { return }
    try await LedgerStore(transaction: transaction, now: now).lock(
      owners.map { .subject($0) } + ids.map { .eventType($0) })
    _ = try await transaction.query(lock, ids)
    for statement in [lockBookings, deleteHolds, delete] {
      _ = try await transaction.query(statement, businesses, ids)
    }
    try await EdgeEventStore.purge(
      ids.map { .eventType($0) } + owners.flatMap { [.profile($0), .host($0)] }, ofBusiness: businessID,
      in: transaction)
  }
}
