import HTTPTypes
import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// One request that comes many times at once, or again after its connection was lost, books once.
@Suite(.serialized) struct IdempotencyRaceTests {
  private func hour(_ index: Int) throws -> String {
    (try #require(Instant("2030-02-01T00:00:00Z")) + index * 3600).text
  }

  /// Fails without `idempotency_keys_pkey`: of sixteen, fifteen are told that the time is taken.
  @Test(.timeLimit(.minutes(10)))
  func `sixteen at once with one key: one booking, sixteen equal answers; another body is 422`() async throws
  {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "8"]) {
      origin async throws in
      let id = try await origin.alwaysOpen("a", of: try await origin.signUp("ana"))
      for round in 0..<100 {
        let start = try hour(round)
        let answers = try await origin.together(16) { _ in
          try await origin.bookOnce(id, start, key: "k-\(round)")
        }
        #expect(answers.allSatisfy { $0.status == 201 }, "round \(round): \(answers.map(\.text))")
        #expect(Set(answers.map(\.uid)).count == 1, "round \(round)")
        let other = try await origin.bookOnce(id, start, key: "k-\(round)", name: "M")
        #expect(other.status == 422, "round \(round)")
      }
      #expect(try await origin.count("SELECT count(*) FROM bookings") == 100)
      #expect(try await origin.mails().count == 200)
    }
  }

  /// Seats have no constraint that would refuse the second; fails when the key is not written with the fact.
  @Test(.timeLimit(.minutes(10)))
  func `a request whose connection was cut is tried again, and books once`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "4"]) {
      origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":100,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      var cut = 0
      for round in 0..<40 {
        let start = try hour(round % 10)
        let answers = try await origin.together(9) { index in
          if index == 8 {
            // Cut at all stages: before, while they wait, after.
            for _ in 0..<round % 8 { await Task.yield() }
            return await self.cutConnections(origin)
          }
          return try await self.book(origin, id, start, round * 8 + index)
        }
        cut += answers.filter { $0.status >= 500 }.count
        let statuses = Set(answers.map(\.status))
        #expect(statuses.isSubset(of: [200, 201, 503]), "round \(round): \(statuses)")
        for index in 0..<8 {
          var answer = try await book(origin, id, start, round * 8 + index)
          for _ in 0..<20 where answer.status != 201 {
            answer = try await book(origin, id, start, round * 8 + index)
          }
          #expect(answer.status == 201, "round \(round): \(answer.text)")
        }
      }
      #expect(cut > 0, "no connection was cut in the middle of a booking")
      #expect(try await origin.count("SELECT count(*) FROM booking_attendees") == 320)
      #expect(try await origin.count("SELECT sum(seats_taken) FROM bookings") == 320)
    }
  }

  private func book(_ origin: TestOrigin, _ id: Int, _ start: String, _ number: Int) async throws -> Answer {
    try await origin.send(
      .post, "/v2/bookings",
      body:
        #"{"start":"\#(start)","eventTypeId":\#(id),"attendee":{"name":"L","phoneNumber":"+371200\#(10_000 + number)","timeZone":"UTC"}}"#,
      headers: [.idempotencyKey: "k-\(number)"])
  }

  private func cutConnections(_ origin: TestOrigin) async -> Answer {
    _ = try? await origin.postgres.query(
      .once(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """))
    return Answer(status: 200, headers: [:], text: "", json: .null)
  }
}
