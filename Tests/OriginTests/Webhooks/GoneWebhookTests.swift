import JSON
import Logging
import Postgres
import Testing

@testable import Origin

/// A webhook goes at once, however long its delivery log is.
@Suite struct GoneWebhookTests {
  private static let rows = 2500
  private static let body =
    #"{"active":true,"subscriberUrl":"https://hooks.test/a","triggers":["BOOKING_CREATED"]}"#

  private func fill(_ webhook: String, of business: Int, _ origin: TestOrigin) async throws {
    _ = try await origin.postgres.query(
      .once(
        """
        INSERT INTO webhook_deliveries (business_id, webhook_id, event_id, trigger, body, status, created_at, finished_at)
        SELECT \(business), '\(webhook)', 'e' || i, 'BOOKING_CREATED', '', 'delivered', now(), now()
        FROM generate_series(1, \(Self.rows)) i
        """))
  }

  private func logged(_ origin: TestOrigin) async throws -> Int {
    try await origin.count("SELECT count(*) FROM webhook_deliveries")
  }

  /// Fails where a foreign key takes the log along in the same moment: half a second for 200,000 rows.
  @Test(arguments: [true, false])
  func `its log goes by housekeeping, and another's stays`(_ withEventType: Bool) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let business = try await origin.businessID(of: ana)
      let type = try await origin.alwaysOpen("a", of: ana)
      let path = "/v2/event-types/\(type)/webhooks"
      let made = try await origin.post(path, Self.body, as: ana)
      let other = try await origin.post("/v2/webhooks", Self.body, as: ana)
      let id = try #require(made.data["id"]?.string, "\(made.text)")
      let kept = try #require(other.data["id"]?.string, "\(other.text)")
      try await fill(id, of: business, origin)
      try await fill(kept, of: business, origin)
      let gone = try await origin.delete(withEventType ? "/v2/event-types/\(type)" : "\(path)/\(id)", as: ana)
      #expect(gone.status == 200, "\(gone.text)")
      #expect(try await logged(origin) == 2 * Self.rows)
      #expect(try await origin.get("/v2/webhooks/\(id)/deliveries", as: ana).status == 404)
      let keeper = Housekeeping(postgres: origin.postgres, clock: origin.clock, logger: Logger(label: "test"))
      try await keeper.sweep()
      #expect(try await logged(origin) == Self.rows)
      #expect(try await origin.count("SELECT count(*) FROM gone_webhooks") == 0)
      let deliveries = try await origin.get("/v2/webhooks/\(kept)/deliveries", as: ana)
      #expect(
        deliveries.json["pagination"]?["totalItems"]?.int == Self.rows, "\(deliveries.text.prefix(200))")
    }
  }

  /// The constraint itself, whoever writes.
  @Test func `nothing is written to the log of a webhook that is not there`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let business = try await origin.businessID(of: ana)
      let error = await #expect(throws: PostgresError.self) {
        try await fill("nothing", of: business, origin)
      }
      #expect(
        error?.isForeignKeyViolation(constraint: "webhook_deliveries_business_id_webhook_id_fkey") == true,
        "\(String(describing: error))")
    }
  }
}
