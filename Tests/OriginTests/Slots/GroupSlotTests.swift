import HTTPTypes
import JSON
import Testing

@testable import Origin

/// api.md 1.1: several people who nobody set up an event type for.
@Suite struct GroupSlotTests {
  private static let day = "start=2050-09-05&end=2050-09-05"

  @Test func `a dynamic group is free when everybody is, by the default schedule of each`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "12:00")
      _ = try await origin.host("bob", "UTC", "10:00", "14:00")
      let own = try await origin.eventType("own", length: 30, of: ana)
      #expect(try await origin.book(own, "2050-09-05T11:00:00Z").status == 201)
      let query = "usernames=ana,bob&\(Self.day)"
      #expect(try await origin.utcSlots(query)["2050-09-05"] == ["10:00", "10:30", "11:30"])
      #expect(try await origin.utcSlots("\(query)&duration=60")["2050-09-05"] == ["10:00"])
      let range = try await origin.get("/v2/slots?\(query)&format=range&timeZone=Europe/Rome")
      let first = range.data["2050-09-05"]?.array?.first
      #expect(first?["start"]?.string == "2050-09-05T12:00:00.000+02:00", "\(range.text)")
      #expect(first?["end"]?.string == "2050-09-05T12:30:00.000+02:00")
      #expect(try await origin.utcSlots("usernames=bob,ana&\(Self.day)") == origin.utcSlots(query))
    }
  }

  @Test func `its people are found by their organisation, and have to be there`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let bob = try await origin.signUp("bob")
      _ = try await origin.signUp("cleo")
      _ = try await origin.team("clinic", of: ana, with: bob)
      let answers = [
        "usernames=ana,bob&organizationSlug=clinic": 200, "usernames=ana,cleo&organizationSlug=clinic": 404,
        "usernames=ana,bob&organizationSlug=nobody": 404, "usernames=ana,nobody": 404, "usernames=ana": 400,
        "usernames=": 400, "usernames=,": 400, "usernames=ana,ana": 400, "usernames=ana,%20bob": 200,
        "usernames=ana,bob&duration=0": 400, "usernames=ana,bob&color=red": 400,
      ]
      for (query, status) in answers {
        let answer = try await origin.send(.get, "/v2/slots?\(query)&\(Self.day)", isHostile: true)
        #expect(answer.status == status, "\(query): \(answer.text)")
      }
      let many = (0..<40).map { "u\($0)" }.joined(separator: ",")
      let tooMany = try await origin.get("/v2/slots?usernames=\(many)&\(Self.day)")
      #expect(tooMany.status == 400 && tooMany.fields == ["usernames"])
    }
  }

  @Test func `a list by user names is the event type that they make up`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let bob = try await origin.signUp("bob")
      _ = try await origin.team("clinic", of: ana)
      let answer = try await origin.get("/v2/event-types?usernames=bob,ana")
      let type = try #require(answer.data.array?.first)
      #expect(answer.data.array?.count == 1)
      #expect(type["lengthInMinutes"]?.int == 30 && type["slug"]?.string == "dynamic" && type["id"]?.int == 0)
      #expect(type["users"]?.array?.compactMap { $0["id"]?.int } == [ana.id, bob.id].sorted())
      for query in ["usernames=ana,nobody", "usernames=ana", "usernames=ana,bob&orgSlug=clinic"] {
        #expect(try await origin.get("/v2/event-types?\(query)").data == .array([]), "\(query)")
      }
    }
  }
}
