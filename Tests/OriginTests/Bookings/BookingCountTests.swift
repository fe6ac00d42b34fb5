import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// What a list's total is taken from.
@Suite struct BookingCountTests {
  private struct Regret: Error {}

  @Test(.timeLimit(.minutes(10)))
  func `counts are what a plain count says after much that happened at once`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let asking = try await origin.eventType(
        "b", length: 60, schedule: all,
        more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#,
        of: ana)
      let first = try #require(Instant("2030-02-01T00:00:00Z"))
      // Pairs want the same time: half of them is refused.
      let made = try await origin.together(60) { index in
        try await origin.book(
          index % 3 == 0 ? asking : id, (first + index / 2 * 7200).text, name: "N\(index)")
      }
      let uids = made.compactMap { $0.data["uid"]?.string }
      try #require(uids.count >= 30)
      #expect(try await origin.wrongCounts() == [])
      // Every third goes, every third moves (several to the same time), the rest is cancelled and moved at once.
      let changes = try await origin.together(2 * uids.count) { index in
        let uid = uids[index / 2]
        let moves = index / 2 % 3 == 1 || index / 2 % 3 == 2 && index % 2 == 1
        guard moves else { return try await origin.post("/v2/bookings/\(uid)/cancel") }
        let start = first + 30 * 86400 + index / 4 * 3600
        return try await origin.post("/v2/bookings/\(uid)/reschedule", #"{"start":"\#(start.text)"}"#)
      }
      #expect(changes.contains { $0.status == 201 } && changes.contains { $0.status == 200 })
      #expect(changes.contains { $0.status == 400 }, "nothing clashed, so nothing was rolled back")
      #expect(try await origin.wrongCounts() == [])
    }
  }

  @Test func `what is rolled back was never counted; what is deleted is not any more`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      for index in 0..<4 {
        try await origin.putBooking("u\(index)", in: team, at: "2030-01-09T10:00Z", hosts: [ana])
      }
      await #expect(throws: Regret.self) {
        try await origin.postgres.transaction { transaction in
          for sql in [
            "UPDATE bookings SET status = 'rejected'", "DELETE FROM bookings WHERE uid = 'u1'",
            "SET CONSTRAINTS ALL IMMEDIATE",
          ] { _ = try await transaction.query(.once(sql)) }
          throw Regret()
        }
      }
      #expect(try await origin.wrongCounts() == [])
      #expect(try await origin.count("SELECT sum(accepted)::bigint FROM booking_counts") == 4)
      try await origin.postgres.transaction { transaction async throws in
        for sql in [
          "UPDATE bookings SET status = 'cancelled' WHERE uid = 'u0'",
          "UPDATE bookings SET status = 'rejected' WHERE uid = 'u0'",
          "UPDATE bookings SET title = 'T' WHERE uid = 'u2'", "DELETE FROM bookings WHERE uid = 'u1'",
        ] { _ = try await transaction.query(.once(sql)) }
      }
      #expect(try await origin.wrongCounts() == [])
      #expect(try await origin.count("SELECT sum(accepted)::bigint FROM booking_counts") == 2)
      // A business that goes takes its counts along.
      try await origin.postgres.transaction { transaction async throws in
        for sql in [
          "DELETE FROM bookings WHERE business_id = \(team)",
          "DELETE FROM memberships WHERE business_id = \(team)",
          "DELETE FROM businesses WHERE id = \(team)",
        ] { _ = try await transaction.query(.once(sql)) }
      }
      #expect(try await origin.count("SELECT count(*) FROM booking_counts") == 0)
    }
  }
}
