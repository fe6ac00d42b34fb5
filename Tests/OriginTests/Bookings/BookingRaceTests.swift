import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// What must never break: of many who want the same time, one gets it. The constraint decides, so these fail as
/// soon as it is dropped (seen).
@Suite(.serialized) struct BookingRaceTests {
  @Test(.timeLimit(.minutes(10)))
  func `64 at once for one slot: one 201 and 63 clean 400, a hundred times over`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let first = try #require(Instant("2030-02-01T00:00:00Z"))
      for round in 0..<100 {
        let start = (first + round * 3600).text
        let answers = try await origin.together(64) { try await origin.book(id, start, name: "N\($0)") }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round)")
        #expect(
          answers.filter { $0.status == 400 && $0.reason == "slot_taken" }.count == 63, "round \(round)")
      }
      #expect(try await overlaps(origin) == 0)
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `overlapping starts from two event types of one host never both succeed`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let hour = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let half = try await origin.eventType(
        "b", length: 30, schedule: all, more: #""afterEventBuffer":15"#, of: ana)
      let first = try #require(Instant("2030-02-01T00:00:00Z"))
      for round in 0..<30 {
        let start = first + round * 7200
        let answers = try await origin.together(24) { index in
          let offset = index % 3 * 1800
          return try await origin.book(index % 2 == 0 ? hour : half, (start + offset).text)
        }
        #expect(answers.allSatisfy { $0.status == 201 || $0.status == 400 })
        #expect(answers.contains { $0.status == 201 })
      }
      #expect(try await overlaps(origin) == 0)
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `many moves to one time: one wins, the others stay where they were`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      var uids: [String] = []
      for hour in 0..<16 {
        let start = "2030-02-01T\(hour < 10 ? "0" : "")\(hour):00:00Z"
        uids.append(try #require(try await origin.book(id, start).data["uid"]?.string))
      }
      let all16 = uids
      let answers = try await origin.together(16) { index in
        try await origin.post("/v2/bookings/\(all16[index])/reschedule", #"{"start":"2030-02-01T20:00:00Z"}"#)
      }
      #expect(answers.filter { $0.status == 201 }.count == 1)
      #expect(answers.filter { $0.reason == "slot_taken" }.count == 15)
      #expect(try await count(origin, "SELECT count(*) FROM occupancies") == 16)
      #expect(try await count(origin, "SELECT count(*) FROM bookings WHERE status = 'accepted'") == 16)
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `cancel and move at once: exactly one of them happens`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      for _ in 0..<20 {
        let uid = try #require(try await origin.book(id, "2030-02-01T00:00:00Z").data["uid"]?.string)
        let answers = try await origin.together(8) { index in
          index % 2 == 0
            ? try await origin.post("/v2/bookings/\(uid)/cancel")
            : try await origin.post("/v2/bookings/\(uid)/reschedule", #"{"start":"2030-02-01T05:00:00Z"}"#)
        }
        #expect(answers.filter { $0.status == 200 || $0.status == 201 }.count == 1)
        if let moved = answers.first(where: { $0.status == 201 })?.data["uid"]?.string {
          #expect(try await origin.post("/v2/bookings/\(moved)/cancel").status == 200)
        }
        #expect(try await count(origin, "SELECT count(*) FROM occupancies") == 0)
      }
    }
  }

  private func overlaps(_ origin: TestOrigin) async throws -> Int {
    try await count(
      origin,
      """
      SELECT count(*) FROM booking_hosts x JOIN bookings a ON a.id = x.booking_id AND a.status = 'accepted'
      JOIN booking_hosts y ON y.user_id = x.user_id JOIN bookings b ON b.id = y.booking_id AND b.status = 'accepted'
      WHERE a.id < b.id AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
      """)
  }

  private func count(_ origin: TestOrigin, _ sql: String) async throws -> Int {
    try await origin.postgres.query(.once(sql)).first?.decode(Int.self, at: 0) ?? -1
  }
}
