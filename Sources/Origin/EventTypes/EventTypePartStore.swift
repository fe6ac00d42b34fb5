import JSON
import Postgres
import Problem
import Scheduling

/// The rows that hang on an event type: its hosts and the resources that it needs. Whatever is not its business's is
/// refused here, in the transaction that writes it.
enum EventTypePartStore {
  static func write(_ type: EventType, in transaction: PostgresTransaction) async throws {
    var mistakes: [String: String] = [:]
    if let id = type.scheduleID {
      let rows = try await transaction.query(Self.isSchedule, type.businessID, id)
      if rows.isEmpty { mistakes["scheduleId"] = "is not one of your schedules" }
    }
    if type.assignsAllMembers { _ = try await transaction.query(Self.allMembers, type.businessID, type.id) }
    if !type.assignsAllMembers {
      for index in try await writeHosts(of: type, in: transaction) {
        mistakes["hosts.\(index).userId"] = "is not a member of the team"
      }
      for index in try await strangeSchedules(of: type, in: transaction) {
        mistakes["hosts.\(index).scheduleId"] = "is not one of that host's schedules"
      }
    }
    for index in try await writeResources(of: type, in: transaction) {
      mistakes["resources.\(index).id"] = "is not a resource of this business, or has fewer units than that"
    }
    if !mistakes.isEmpty { throw Problem.badInput(mistakes) }
  }

  /// A member's schedule lies in his own business; a person is a member of his own.
  private static let isSchedule = Statement(
    """
    SELECT FROM schedules s JOIN memberships m ON m.user_id = s.user_id
    WHERE m.business_id = $1 AND s.id = $2
    """)

  private static let clearHosts = Statement(
    """
    DELETE FROM event_type_hosts
    WHERE business_id = $1 AND event_type_id = $2 AND user_id <> ALL ($3)
    """)

  /// Who is there already keeps what he was given so far; who joins begins where the others are.
  private static let putHosts = Statement(
    """
    INSERT INTO event_type_hosts (business_id, event_type_id, user_id, mandatory, priority, weight, schedule_id, assigned)
    SELECT $1, $2, m.user_id, new.mandatory, new.priority, new.weight, new.schedule_id,
      coalesce((SELECT min(h.assigned * new.weight / h.weight) FROM event_type_hosts h
                WHERE h.business_id = $1 AND h.event_type_id = $2), 0)
    FROM jsonb_to_recordset($3)
      AS new (user_id bigint, mandatory boolean, priority smallint, weight int, schedule_id bigint)
    JOIN memberships m ON m.business_id = $1 AND m.user_id = new.user_id
    ON CONFLICT (business_id, event_type_id, user_id) DO UPDATE
      SET mandatory = excluded.mandatory, priority = excluded.priority, weight = excluded.weight,
        schedule_id = excluded.schedule_id
    RETURNING user_id
    """)

  /// The positions of hosts who are no members.
  private static func writeHosts(of type: EventType, in transaction: PostgresTransaction) async throws
    -> [Int]
  {
    let ids = type.hosts.map(\.userID)
    _ = try await transaction.query(clearHosts, type.businessID, type.id, ids)
    if ids.isEmpty { return [] }
    let hosts = JSONValue.array(
      type.hosts.map { host in
        .object([
          "user_id": .int(host.userID), "mandatory": .bool(host.isMandatory),
          "priority": .int(host.priority.rawValue), "weight": .int(host.weight),
          "schedule_id": JSONValue(host.scheduleID),
        ])
      })
    let rows = try await transaction.query(putHosts, type.businessID, type.id, JSONBytes(hosts.bytes))
    let put = Set(try rows.map { try $0.decode(Int.self, at: 0) })
    return ids.indices.filter { !put.contains(ids[$0]) }
  }

  private static let ownSchedules = Statement(
    """
    SELECT s.id, s.user_id FROM schedules s
    JOIN unnest($1::bigint[], $2::bigint[]) AS asked (id, user_id) ON asked.id = s.id AND asked.user_id = s.user_id
    """)

  /// The positions of hosts whose schedule is not theirs.
  private static func strangeSchedules(of type: EventType, in transaction: PostgresTransaction) async throws
    -> [Int]
  {
    let asked = type.hosts.indices.filter { type.hosts[$0].scheduleID != nil }
    if asked.isEmpty { return [] }
    let rows = try await transaction.query(
      ownSchedules, asked.map { type.hosts[$0].scheduleID ?? 0 }, asked.map { type.hosts[$0].userID })
    let own = Set(try rows.map { try $0.decode(Int.self, at: 1) })
    return asked.filter { !own.contains(type.hosts[$0].userID) }
  }

  private static let allMembers = Statement(
    """
    INSERT INTO event_type_hosts (business_id, event_type_id, user_id, assigned)
    SELECT $1, $2, m.user_id,
      coalesce((SELECT min(h.assigned * 100 / h.weight) FROM event_type_hosts h
                WHERE h.business_id = $1 AND h.event_type_id = $2), 0)
    FROM memberships m WHERE m.business_id = $1
    ON CONFLICT DO NOTHING
    """)

  private static let clearResources = Statement(
    "DELETE FROM event_type_resources WHERE business_id = $1 AND event_type_id = $2")
  private static let putResources = Statement(
    """
    INSERT INTO event_type_resources (business_id, event_type_id, resource_id, quantity)
    SELECT $1, $2, r.id, new.quantity
    FROM unnest($3::bigint[], $4::int[]) AS new (id, quantity)
    JOIN resources r ON r.business_id = $1 AND r.id = new.id
    WHERE new.quantity <= (SELECT count(*) FROM resource_units u
                           WHERE u.business_id = $1 AND u.resource_id = r.id AND NOT u.retired)
    FOR KEY SHARE OF r
    RETURNING resource_id
    """)

  /// The positions of resources that are not the business's.
  private static func writeResources(of type: EventType, in transaction: PostgresTransaction) async throws
    -> [Int]
  {
    _ = try await transaction.query(clearResources, type.businessID, type.id)
    if type.resources.isEmpty { return [] }
    let rows = try await transaction.query(
      putResources, type.businessID, type.id, type.resources.map(\.id),
      type.resources.map { Int32($0.quantity) })
    let put = Set(try rows.map { try $0.decode(Int.self, at: 0) })
    return type.resources.indices.filter { !put.contains(type.resources[$0].id) }
  }
}
