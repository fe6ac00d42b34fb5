import Foundation
import Postgres

/// The SQL of the delivery log.
struct WebhookDeliveryStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let page = Statement(
    """
    SELECT d.id, d.event_id, d.trigger, d.status, d.attempts, d.next_attempt_at, d.response_status, d.response_body,
      d.error, d.took_ms, d.created_at, d.finished_at
    FROM webhook_deliveries d WHERE d.business_id = $1 AND d.webhook_id = $2 ORDER BY d.id DESC LIMIT $3 OFFSET $4
    """)
  private static let count = Statement(
    "SELECT count(*) FROM webhook_deliveries d WHERE d.business_id = $1 AND d.webhook_id = $2")

  /// The newest first, and how many there are in all.
  func deliveries(of webhook: Webhook, take: Int, skip: Int) async throws -> (
    page: [WebhookDelivery], total: Int
  ) {
    let businessID = webhook.owner.businessID
    async let total = postgres.query(Self.count, businessID, webhook.id).first?.decode(Int.self, at: 0) ?? 0
    let rows = try await postgres.query(Self.page, businessID, webhook.id, take, skip)
    return (try rows.map(WebhookDelivery.init(row:)), try await total)
  }
}

extension WebhookDelivery {
  fileprivate init(row: PostgresRow) throws {
    var columns = row.columns
    id = try columns.next()
    eventID = try columns.next()
    trigger = try columns.next()
    status = try columns.next()
    attempts = try columns.next()
    nextAttemptAt = try columns.next()
    responseStatus = try columns.next()
    responseBody = try columns.next()
    error = try columns.next()
    milliseconds = try columns.next()
    createdAt = try columns.next()
    finishedAt = try columns.next()
  }
}
