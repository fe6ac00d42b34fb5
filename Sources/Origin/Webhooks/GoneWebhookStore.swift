import Postgres

/// The SQL of webhooks that are gone: their delivery log goes some at a time, because it may have hundreds of thousands
/// of rows.
struct GoneWebhookStore: Sendable {
  /// How many rows go at once.
  static let most = 1000

  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let noted = Statement(
    "SELECT business_id, id FROM gone_webhooks ORDER BY business_id, id LIMIT 100")
  private static let clear = Statement(
    """
    DELETE FROM webhook_deliveries d
    USING (SELECT id FROM webhook_deliveries WHERE business_id = $1 AND webhook_id = $2 LIMIT $3) AS old
    WHERE d.business_id = $1 AND d.id = old.id
    """)
  private static let forget = Statement(
    """
    DELETE FROM gone_webhooks g WHERE g.business_id = $1 AND g.id = $2 AND NOT EXISTS (
      SELECT FROM webhook_deliveries d WHERE d.business_id = g.business_id AND d.webhook_id = g.id)
    """)

  func sweep() async throws {
    for row in try await postgres.query(Self.noted) {
      let (business, id) = (try row.decode(Int.self, at: 0), try row.decode(String.self, at: 1))
      while try await postgres.query(Self.clear, business, id, Self.most).affected > 0 {}
      _ = try await postgres.query(Self.forget, business, id)
    }
  }
}
