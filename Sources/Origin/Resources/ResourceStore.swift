import Foundation
import Postgres

/// The SQL of resources. Whoever asks has shown that he belongs to the business.
struct ResourceStore: Sendable {
  /// Of one business.
  static let most = 500

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// Read by `Resource.init(row:)`, from `resources r`.
  private static let columns = """
    r.id, r.business_id, r.name, r.description, r.created_at, r.updated_at,
    (SELECT count(*) FROM resource_units u
     WHERE u.business_id = r.business_id AND u.resource_id = r.id AND NOT u.retired)
    """

  // MARK: Reading

  private static let page = Statement(
    "SELECT \(columns) FROM resources r WHERE r.business_id = $1 ORDER BY r.id LIMIT $2 OFFSET $3")
  private static let count = Statement("SELECT count(*) FROM resources r WHERE r.business_id = $1")

  /// One page, and how many there are in all.
  func resources(of businessID: Int, take: Int, skip: Int) async throws -> (page: [Resource], total: Int) {
    async let total = postgres.query(Self.count, businessID).first?.decode(Int.self, at: 0) ?? 0
    let rows = try await postgres.query(Self.page, businessID, take, skip)
    return (try rows.map(Resource.init(row:)), try await total)
  }

  private static let byID = Statement(
    "SELECT \(columns) FROM resources r WHERE r.business_id = $1 AND r.id = $2")

  func resource(_ id: Int, of businessID: Int) async throws -> Resource? {
    try await postgres.query(Self.byID, businessID, id).first.map(Resource.init(row:))
  }

  // MARK: Writing

  private static let insert = Statement(
    """
    WITH r AS (INSERT INTO resources (business_id, name, description, created_at, updated_at)
               SELECT $1, $2, $3, $5, $5 WHERE (SELECT count(*) FROM resources r WHERE r.business_id = $1) < $6
               RETURNING *),
    units AS (INSERT INTO resource_units (business_id, resource_id)
              SELECT r.business_id, r.id FROM r, generate_series(1, $4::bigint))
    SELECT r.id, r.business_id, r.name, r.description, r.created_at, r.updated_at, $4::bigint FROM r
    """)

  /// Nil when the business has as many as one may have.
  func create(_ new: ResourceChanges, in businessID: Int, now: Date) async throws -> Resource? {
    try await postgres.holding(.business(businessID)) { transaction in
      try await transaction.query(
        Self.insert, businessID, new.name ?? "", new.description ?? "", new.quantity ?? 1, now, Self.most
      ).first.map(Resource.init(row:))
    }
  }

  private static let lock = Statement(
    "SELECT FROM resources r WHERE r.business_id = $1 AND r.id = $2 FOR UPDATE OF r")

  /// Reads what nobody else changes any more before the commit: after the lock, because the statement that waited
  /// would count the units of before.
  private static func locked(_ id: Int, of businessID: Int, in transaction: PostgresTransaction) async throws
    -> Resource?
  {
    _ = try await transaction.query(lock, businessID, id)
    return try await transaction.query(byID, businessID, id).first.map(Resource.init(row:))
  }

  private static let rename = Statement(
    """
    UPDATE resources r SET name = coalesce($3, r.name), description = coalesce($4, r.description), updated_at = $5
    WHERE r.business_id = $1 AND r.id = $2 RETURNING \(columns)
    """)

  /// The changed resource and the event types whose slots that may have changed; nil when there is none such.
  /// - Throws: `ResourceRefusal` when bookings to come hold more units than shall be left.
  func update(_ id: Int, _ changes: ResourceChanges, in businessID: Int, now: Date) async throws
    -> (resource: Resource, eventTypes: [Int])?
  {
    // Whoever changes an event type holds the business before he looks for its resources.
    try await postgres.holding(.business(businessID)) { transaction in
      guard let old = try await Self.locked(id, of: businessID, in: transaction) else { return nil }
      var eventTypes: [Int] = []
      if let quantity = changes.quantity, quantity != old.quantity {
        if quantity > old.quantity {
          try await ResourceUnitStore.add(quantity - old.quantity, to: old, in: transaction)
        } else {
          try await ResourceUnitStore.retire(
            old.quantity - quantity, of: old, until: nil, now: now, in: transaction)
        }
        eventTypes = try await Self.purge(old, in: transaction)
      }
      let rows = try await transaction.query(
        Self.rename, businessID, id, changes.name, changes.description, now)
      return try rows.first.map { (try Resource(row: $0), eventTypes) }
    }
  }

  private static let delete = Statement("DELETE FROM resources r WHERE r.business_id = $1 AND r.id = $2")

  /// Nil when there is none such.
  /// - Throws: `ResourceRefusal` while event types need it or bookings to come hold it.
  func delete(_ id: Int, of businessID: Int, now: Date) async throws -> Resource? {
    try await postgres.holding(.business(businessID)) { transaction in
      guard let resource = try await Self.locked(id, of: businessID, in: transaction) else { return nil }
      let needing = try await Self.needing(resource, in: transaction)
      guard needing.isEmpty else { throw ResourceRefusal.needed(eventTypes: needing) }
      // The hour is for bookings that chose a unit a moment ago; after it nobody knows the units any more.
      try await ResourceUnitStore.retire(
        resource.quantity, of: resource, until: now.addingTimeInterval(3600), now: now, in: transaction)
      _ = try await transaction.query(Self.delete, businessID, id)
      return resource
    }
  }

  // MARK: Who needs it

  private static let eventTypesNeeding = Statement(
    """
    SELECT n.event_type_id FROM event_type_resources n WHERE n.business_id = $1 AND n.resource_id = $2
    ORDER BY n.event_type_id
    """)

  private static func needing(_ resource: Resource, in transaction: PostgresTransaction) async throws -> [Int]
  {
    try await transaction.query(eventTypesNeeding, resource.businessID, resource.id).map {
      try $0.decode(at: 0)
    }
  }

  private static let purgeTags = Statement(
    "INSERT INTO edge_events (business_id, kind, tags) SELECT $1, 'purge', $2 WHERE cardinality($2::text[]) > 0"
  )

  private static func purge(_ resource: Resource, in transaction: PostgresTransaction) async throws -> [Int] {
    let eventTypes = try await needing(resource, in: transaction)
    _ = try await transaction.query(
      purgeTags, resource.businessID, eventTypes.map { CacheTag.eventType($0).text })
    return eventTypes
  }
}

extension Resource {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    businessID = try columns.next()
    name = try columns.next()
    description = try columns.next()
    createdAt = try columns.next()
    updatedAt = try columns.next()
    quantity = try columns.next()
  }
}
