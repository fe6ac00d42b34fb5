import HTTPTypes
import JSON
import Logging
import Postgres
import Scheduling
import Testing

@testable import Origin

@Suite struct HousekeepingTests {
  private func counts(_ origin: TestOrigin) async throws -> [Int] {
    let rows = try await origin.postgres.query(
      .once(
        """
        SELECT (SELECT count(*) FROM slot_reservations), (SELECT count(*) FROM occupancies),
          (SELECT count(*) FROM idempotency_keys)
        """))
    let row = try #require(rows.first)
    return try (0..<3).map { try row.decode(Int.self, at: $0) }
  }

  @Test func `what is over is removed, what is not stays`() async throws {
    try await TestOrigin.run(now: "2030-01-07T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      let body =
        #"{"start":"2030-01-08T09:00:00Z","eventTypeId":\#(id),"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#
      let key = try #require(HTTPField.Name("Idempotency-Key"))
      let booked = try await origin.send(.post, "/v2/bookings", body: body, headers: [key: "one"])
      #expect(booked.status == 201, "\(booked.text)")
      let held = try await origin.post(
        "/v2/slots/reservations", #"{"eventTypeId":\#(id),"slotStart":"2030-01-08T11:00:00Z"}"#)
      #expect(held.status == 201, "\(held.text)")
      let keeper = Housekeeping(postgres: origin.postgres, clock: origin.clock, logger: Logger(label: "test"))
      try await keeper.sweep()
      #expect(try await counts(origin) == [1, 2, 1])
      origin.clock.hold(try #require(Instant("2030-01-08T08:00:00Z")).date)
      try await keeper.sweep()
      #expect(try await counts(origin) == [0, 1, 0])
    }
  }
}
