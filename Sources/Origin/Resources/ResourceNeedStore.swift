import JSON
import Postgres

/// The SQL of which event types need which resources. It is part of the statements and transactions of event types.
enum ResourceNeedStore {
  /// Of `event_types e`, as JSON; read by `needs(_:)`.
  static let column = """
    (SELECT json_agg(json_build_array(n.resource_id, n.quantity) ORDER BY n.resource_id) FROM event_type_resources n
     WHERE n.business_id = e.business_id AND n.event_type_id = e.id)
    """

  static func needs(_ columns: inout PostgresColumns) throws -> [ResourceNeed] {
    (try columns.json()?.array ?? []).compactMap { pair in
      guard let pair = pair.array, pair.count == 2, let id = pair[0].int, let quantity = pair[1].int else {
        return nil
      }
      return ResourceNeed(resourceID: id, quantity: quantity)
    }
  }

  private static let clear = Statement(
    "DELETE FROM event_type_resources WHERE business_id = $1 AND event_type_id = $2")

  /// The lock keeps a resource from going while it begins to be needed.
  private static let add = Statement(
    """
    WITH r AS MATERIALIZED (SELECT r.business_id, r.id FROM resources r
                            WHERE r.business_id = $1 AND r.id = ANY ($3) ORDER BY r.id FOR KEY SHARE)
    INSERT INTO event_type_resources (business_id, event_type_id, resource_id, quantity)
    SELECT r.business_id, $2, r.id, need.quantity
    FROM unnest($3::bigint[], $4::int[]) AS need (id, quantity) JOIN r ON r.id = need.id
    """)

  /// What an event type needs from now on. False when one of them is not a resource of its business: roll back then.
  static func replace(
    _ needs: [ResourceNeed], ofEventType id: Int, in businessID: Int, _ transaction: PostgresTransaction
  ) async throws -> Bool {
    _ = try await transaction.query(clear, businessID, id)
    guard !needs.isEmpty else { return true }
    let added = try await transaction.query(
      add, businessID, id, needs.map(\.resourceID), needs.map { Int32($0.quantity) })
    return added.affected == needs.count
  }
}
