import Postgres

/// The SQL of event types that are gone: what their bookings remember of them is taken away some at a time, because
/// hundreds of thousands may do so.
struct GoneEventTypeStore: Sendable {
  /// How many bookings change at once.
  static let most = 1000

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// The last ones first. Whoever holds one of them is not waited for: the next time finds it.
  private static let loosen = Statement(
    """
    UPDATE bookings b SET event_type_id = NULL
    FROM (SELECT o.business_id, o.id FROM unnest($1::bigint[], $2::bigint[]) AS gone (business_id, id)
          CROSS JOIN LATERAL (
            SELECT business_id, id FROM bookings
            WHERE business_id = gone.business_id AND event_type_id = gone.id
            ORDER BY starts_at DESC LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED) AS o
          LIMIT $3) AS old
    WHERE b.business_id = old.business_id AND b.id = old.id
    """)

  /// Forgets event types that go in this transaction, as far as one transaction should.
  static func forget(businesses: [Int], ids: [Int], in transaction: PostgresTransaction) async throws {
    _ = try await transaction.query(loosen, businesses, ids, most)
  }

  private static let noted = Statement(
    "SELECT business_id, id FROM gone_event_types ORDER BY business_id, id LIMIT 100")
  private static let forgotten = Statement(
    """
    DELETE FROM gone_event_types g WHERE g.business_id = $1 AND g.id = $2 AND NOT EXISTS (
      SELECT FROM bookings b WHERE b.business_id = g.business_id AND b.event_type_id = g.id)
    """)

  /// Goes on where the deletions left off.
  func sweep() async throws {
    for row in try await postgres.query(Self.noted) {
      let (business, id) = (try row.decode(Int.self, at: 0), try row.decode(Int.self, at: 1))
      while try await postgres.query(Self.loosen, [business], [id], Self.most).affected > 0 {}
      _ = try await postgres.query(Self.forgotten, business, id)
    }
  }
}
