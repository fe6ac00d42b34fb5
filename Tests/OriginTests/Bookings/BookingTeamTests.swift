import JSON
import Testing

@testable import Origin

/// Whose page a booking was made at: an addition of ours to api.md 1.3, for whoever wants to book there again.
@Suite struct BookingTeamTests {
  private func team(of answer: JSONValue) -> String? { answer["eventType"]?["teamSlug"]?.string }

  @Test(arguments: ["roundRobin", "collective"])
  func `every answer about a team's booking names the team`(_ kind: String) async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let clinic = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType("a", kind, team: clinic, hosts: [ana], owner: ana)
      let made = try await origin.book(id, "2030-01-08T10:00:00Z")
      #expect(team(of: made.data) == "clinic", "\(made.text)")
      let read = try await origin.get("/v2/bookings/\(made.uid)")
      #expect(read.data == made.data)
      let moved = try await origin.move(made.uid, to: "2030-01-08T12:00:00Z")
      #expect(team(of: moved.data) == "clinic", "\(moved.text)")
      let listed = try await origin.get("/v2/bookings", as: ana)
      #expect(listed.data.array?.map { team(of: $0) } == ["clinic", "clinic"], "\(listed.text)")
      let cancelled = try await origin.act(moved.uid, "cancel")
      #expect(team(of: cancelled.data) == "clinic", "\(cancelled.text)")
      #expect(try await origin.delete("/v2/teams/\(clinic)", as: ana).status == 200)
      let left = try await origin.get("/v2/bookings/\(moved.uid)")
      #expect(left.status == 404 || left.data["eventType"]?["teamSlug"] == nil, "\(left.text)")
    }
  }

  @Test func `a person's booking names no team`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let made = try await origin.book(id, "2030-01-08T10:00:00Z")
      #expect(made.data["eventType"] == .object(["id": .int(id), "slug": .string("a")]), "\(made.text)")
      #expect(try await origin.get("/v2/bookings/\(made.uid)").data == made.data)
    }
  }
}
