import Foundation
import JSON
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

  /// Of a host `h` of the pattern `e`: what he has of it, and whether he wants what his team manages.
  static let ofHost = """
    json_build_object(
      'id', (SELECT c.id FROM event_types c
             WHERE c.parent_business_id = e.business_id AND c.parent_id = e.id AND c.owner_id = h.user_id),
      'accepts', (SELECT m.accepts_managed FROM memberships m
                  WHERE m.business_id = h.business_id AND m.user_id = h.user_id))
    """

  // Those who are booking under the old name are waited for, in the order in which bookings of one moment are written.
  private static let lockRenamed = Statement(
    """
    SELECT FROM event_types c JOIN event_types p ON p.business_id = c.parent_business_id AND p.id = c.parent_id
    WHERE c.parent_business_id = $1 AND c.parent_id = $2 AND c.slug <> p.slug
    ORDER BY c.business_id, c.id FOR UPDATE OF c
    """)
  private static let follow = Statement(
    """
    UPDATE event_types c SET (\(list), updated_at) =
      (SELECT \(ofPattern), $2::timestamptz FROM event_types p WHERE p.business_id = $1 AND p.id = c.parent_id)
    WHERE c.parent_business_id = $1 AND c.parent_id = $3
    RETURNING c.id, c.owner_id
    """)

  /// Who has something of that name already keeps it. In an order, because two teams may share their people and names.
  private static let add = Statement(
    """
    WITH made AS (
      INSERT INTO event_types (business_id, owner_id, parent_business_id, parent_id, schedule_id, created_at, updated_at,
        \(list))
      SELECT u.business_id, u.id, p.business_id, p.id, h.schedule_id, $2, $2, \(ofPattern)
      FROM event_types p JOIN event_type_hosts h ON h.business_id = p.business_id AND h.event_type_id = p.id
      JOIN memberships m ON m.business_id = h.business_id AND m.user_id = h.user_id AND m.accepts_managed
      JOIN users u ON u.id = h.user_id
      WHERE p.business_id = $1 AND p.scheduling_type = 'managed' AND NOT EXISTS (
        SELECT FROM event_types c
        WHERE c.business_id = u.business_id AND c.parent_business_id = $1 AND c.parent_id = p.id)
      ORDER BY u.business_id, p.slug
      ON CONFLICT DO NOTHING RETURNING business_id, id, owner_id),
    host AS (INSERT INTO event_type_hosts (business_id, event_type_id, user_id)
             SELECT business_id, id, owner_id FROM made)
    SELECT id, owner_id FROM made
    """)

  /// Brings what the hosts of a business's patterns have into line with them. Under the business's lock.
  /// - Parameter pattern: the one that changed; nil when only people came.
  static func sync(of businessID: Int, pattern: Int? = nil, now: Date, in transaction: PostgresTransaction)
    async throws
  {
    var tags: [CacheTag] = []
    if let pattern {
      let former = try await LeavingEventTypeStore.former(of: businessID, in: transaction)
      try await former.hold(now: now, in: transaction)
      try await former.remove(of: businessID, in: transaction)
      _ = try await transaction.query(lockRenamed, businessID, pattern)
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

  /// Says which hosts could not be given theirs, because they have another event type of that slug. Who could not
  /// before is no reason to refuse a change.
  static func check(_ pattern: EventType, instead old: EventType?) throws {
    func lacking(_ type: EventType?) -> Set<Int> {
      Set(type?.hosts.filter { $0.managed?.reason == .slugTaken }.map(\.userID) ?? [])
    }
    let known = old?.slug == pattern.slug ? lacking(old) : []
    let new = lacking(pattern).subtracting(known).sorted()
    if new.isEmpty { return }
    let ids = new.map(String.init).joined(separator: ", ")
    throw Problem.badInput(["slug": "is taken by an event type of these hosts' own: \(ids)"])
  }

  // MARK: Of one host

  /// What somebody has of one of a team's patterns, or why he has not.
  struct Given: Sendable {
    var patternID: Int
    var slug: String
    var host: EventTypeHost.Managed

    func write(to json: inout JSONWriter) {
      json.object { json in
        json.member("id", patternID)
        json.member("slug", slug)
        host.writeMembers(to: &json)
      }
    }
  }

  private static let patternsOfHost = Statement(
    """
    SELECT e.id, e.slug, \(ofHost) FROM event_types e
    JOIN event_type_hosts h ON h.business_id = e.business_id AND h.event_type_id = e.id
    WHERE e.business_id = $1 AND h.user_id = $2 AND e.scheduling_type = 'managed' ORDER BY e.id
    """)

  static func given(to userID: Int, by businessID: Int, in transaction: PostgresTransaction) async throws
    -> [Given]
  {
    try await transaction.query(patternsOfHost, businessID, userID).map { row in
      var columns = row.columns
      let (id, slug) = (try columns.next(Int.self), try columns.next(String.self))
      let json = try columns.json()
      return Given(
        patternID: id, slug: slug,
        host: .init(id: json?["id"]?.int, isAccepted: json?["accepts"]?.bool ?? false))
    }
  }
}
