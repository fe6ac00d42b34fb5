import Foundation
import Postgres

/// Event types that are to go, found and removed in one transaction under the lock of the business that says so. What
/// was booked of them stays.
struct LeavingEventTypeStore: Sendable {
  private let businesses: [Int]
  let ids: [Int]
  /// What public answers about them are made of.
  let cacheTags: [CacheTag]
  /// Those whose reservations go along.
  private let reserved: [LedgerLock]

  var isEmpty: Bool { ids.isEmpty }

  // MARK: Which

  /// Advisory locks of those only that have reservations: whoever books a reserved slot has that row, and then wants a
  /// share of the event type's.
  private static let selected = """
    SELECT e.business_id, e.id, e.owner_id, e.parent_id IS NOT NULL,
      CASE WHEN EXISTS (SELECT FROM slot_reservations r WHERE r.business_id = e.business_id AND r.event_type_id = e.id)
      THEN ARRAY(SELECT h.user_id FROM event_type_hosts h
                 WHERE h.business_id = e.business_id AND h.event_type_id = e.id) END
    FROM event_types e
    """

  private init(_ rows: PostgresRows) throws {
    businesses = try rows.map { try $0.decode(at: 0) }
    ids = try rows.map { try $0.decode(at: 1) }
    cacheTags = try rows.flatMap(Self.tags)
    reserved = try rows.flatMap(Self.locks)
  }

  private static func tags(_ row: PostgresRow) throws -> [CacheTag] {
    let owner = try row.decode(Int?.self, at: 2)
    let isGiven = try row.decode(Bool.self, at: 3)
    return [.eventType(try row.decode(at: 1))]
      + (owner.map { [.profile($0)] + (isGiven ? [.host($0)] : []) } ?? [])
  }

  private static func locks(_ row: PostgresRow) throws -> [LedgerLock] {
    guard let hosts = try row.decode([Int]?.self, at: 4) else { return [] }
    return [.eventType(try row.decode(at: 1))] + hosts.map { .subject($0) }
  }

  private static let byID = Statement(
    "\(selected) WHERE e.business_id = $1 AND e.id = $2 OR e.parent_business_id = $1 AND e.parent_id = $2")

  /// An event type, with what hosts have of it if it is a team's pattern.
  static func one(_ id: Int, of businessID: Int, in transaction: PostgresTransaction) async throws -> Self {
    try Self(try await transaction.query(byID, businessID, id))
  }

  private static let ofTeam = Statement("\(selected) WHERE e.business_id = $1 OR e.parent_business_id = $1")

  /// All that a team offers.
  static func all(of businessID: Int, in transaction: PostgresTransaction) async throws -> Self {
    try Self(try await transaction.query(ofTeam, businessID))
  }

  private static let ofHost = Statement("\(selected) WHERE e.parent_business_id = $1 AND e.owner_id = $2")

  /// What somebody has of a team's patterns.
  static func given(to userID: Int, by businessID: Int, in transaction: PostgresTransaction) async throws
    -> Self
  {
    try Self(try await transaction.query(ofHost, businessID, userID))
  }

  private static let unhosted = Statement(
    """
    \(selected)
    WHERE e.parent_business_id = $1 AND NOT EXISTS (
      SELECT FROM event_type_hosts h JOIN event_types p ON p.business_id = h.business_id AND p.id = h.event_type_id
      WHERE p.business_id = $1 AND p.id = e.parent_id AND p.scheduling_type = 'managed' AND h.user_id = e.owner_id)
    """)

  /// What somebody has of a pattern that he hosts no longer.
  static func former(of businessID: Int, in transaction: PostgresTransaction) async throws -> Self {
    try Self(try await transaction.query(unhosted, businessID))
  }

  // MARK: Going

  private static let lock = Statement(
    "SELECT FROM event_types WHERE id = ANY ($1) ORDER BY business_id, id FOR UPDATE")

  /// Lets all past who are booking them; afterwards nobody is.
  func hold(now: Date, in transaction: PostgresTransaction) async throws {
    try await LedgerStore(transaction: transaction, now: now).lock(reserved)
    _ = try await transaction.query(Self.lock, ids)
  }

  // What reservations take goes after them, as everywhere; no foreign key does it, because occupancies lie with their
  // subject.
  private static let deleteHolds = Statement(
    """
    WITH r AS (DELETE FROM slot_reservations r USING unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id)
               WHERE r.business_id = gone.business_id AND r.event_type_id = gone.id RETURNING r.business_id, r.id)
    DELETE FROM occupancies o USING r WHERE o.business_id = r.business_id AND o.reservation_id = r.id
    """)
  private static let delete = Statement(
    """
    DELETE FROM event_types e USING unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id)
    WHERE e.business_id = gone.business_id AND e.id = gone.id
    """)

  /// Removes what `hold` holds.
  func remove(purging tags: [CacheTag] = [], of businessID: Int, in transaction: PostgresTransaction)
    async throws
  {
    if isEmpty { return }
    try await GoneEventTypeStore.forget(businesses: businesses, ids: ids, in: transaction)
    for statement in [Self.deleteHolds, Self.delete] {
      _ = try await transaction.query(statement, businesses, ids)
    }
    try await EdgeEventStore.purge(cacheTags + tags, ofBusiness: businessID, in: transaction)
  }
}
