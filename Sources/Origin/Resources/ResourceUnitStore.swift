import Foundation
import Postgres

/// The SQL of the units of a resource, inside the transaction that has locked it.
///
/// A unit that is retired has its time taken for good, so that the same constraint that keeps bookings apart keeps them
/// off it, also those that saw it a moment ago.
enum ResourceUnitStore {
  private static let bringBack = Statement(
    """
    WITH back AS (UPDATE resource_units u SET retired = false
                  WHERE u.business_id = $1 AND u.id IN (
                    SELECT r.id FROM resource_units r WHERE r.business_id = $1 AND r.resource_id = $2 AND r.retired
                    ORDER BY r.id LIMIT $3)
                  RETURNING u.id),
    freed AS (DELETE FROM occupancies o USING back WHERE o.subject_id = back.id AND o.business_id = $1
                AND o.booking_id IS NULL AND o.reservation_id IS NULL)
    SELECT count(*) FROM back
    """)
  private static let addUnits = Statement(
    "INSERT INTO resource_units (business_id, resource_id) SELECT $1, $2 FROM generate_series(1, $3::bigint)")

  static func add(_ count: Int, to resource: Resource, in transaction: PostgresTransaction) async throws {
    let rows = try await transaction.query(bringBack, resource.businessID, resource.id, count)
    let back = try rows.first?.decode(Int.self, at: 0) ?? 0
    _ = try await transaction.query(addUnits, resource.businessID, resource.id, count - back)
  }

  private static let forgetExpired = Statement(
    """
    DELETE FROM occupancies o USING resource_units u
    WHERE u.business_id = $1 AND u.resource_id = $2 AND o.subject_id = u.id AND o.expires_at <= $3
    """)
  private static let retireFree = Statement(
    """
    WITH free AS (SELECT u.id FROM resource_units u
                  WHERE u.business_id = $1 AND u.resource_id = $2 AND NOT u.retired AND NOT EXISTS (
                    SELECT FROM occupancies o WHERE o.subject_id = u.id AND o.during && tstzrange($3, NULL))
                  ORDER BY u.id DESC LIMIT $4),
    taken AS (INSERT INTO occupancies (subject_id, business_id, during, expires_at)
              SELECT free.id, $1, tstzrange($3, '9999-12-31 00:00:00+00'), $5 FROM free
              ON CONFLICT DO NOTHING RETURNING subject_id),
    gone AS (UPDATE resource_units u SET retired = true FROM taken
             WHERE u.business_id = $1 AND u.id = taken.subject_id RETURNING u.id)
    SELECT count(*) FROM gone
    """)

  /// Only units that nothing to come holds can go; a booking that takes one at this moment is waited for, and wins.
  /// - Parameter end: when their time may be forgotten; nil never.
  /// - Throws: `ResourceRefusal.held`.
  static func retire(
    _ count: Int, of resource: Resource, until end: Date?, now: Date, in transaction: PostgresTransaction
  ) async throws {
    _ = try await transaction.query(forgetExpired, resource.businessID, resource.id, now)
    let rows = try await transaction.query(retireFree, resource.businessID, resource.id, now, count, end)
    let retired = try rows.first?.decode(Int.self, at: 0) ?? 0
    guard retired == count else { throw ResourceRefusal.held(resource.quantity - retired) }
  }
}
