import JSON
import Testing

@testable import Origin

/// What people and businesses say beyond weekly hours shows in slots, and in what can be booked.
@Suite struct AwaySlotTests {
  private static let working = #"[{"days":["Monday","Tuesday","Wednesday","Thursday","Friday"],"#

  @Test func `out of office takes its days away, until it is taken back`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let type = try await origin.eventType("a", length: 60, of: ana)
      let made = try await origin.post(
        "/v2/me/ooo", #"{"start":"2050-09-06T00:00:00Z","end":"2050-09-09T23:59:00Z"}"#, as: ana)
      let id = try #require(made.data["id"]?.int)
      let query = "eventTypeId=\(type)&start=2050-09-05&end=2050-09-09"
      #expect(try await origin.slots(query).keys.sorted() == ["2050-09-05"])
      #expect(try await origin.book(type, "2050-09-06T07:00:00Z").reason == "not_available")
      _ = try await origin.patch("/v2/me/ooo/\(id)", #"{"start":"2050-09-08"}"#, as: ana)
      #expect(try await origin.slots(query).keys.sorted() == ["2050-09-05", "2050-09-06", "2050-09-07"])
      _ = try await origin.delete("/v2/me/ooo/\(id)", as: ana)
      #expect(try await origin.slots(query).count == 5)
      #expect(try await origin.book(type, "2050-09-08T07:00:00Z").status == 201)
    }
  }

  @Test func `a busy time takes what it touches`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let type = try await origin.eventType("a", length: 60, of: ana)
      let made = try await origin.post(
        "/v2/me/busy", #"{"start":"2050-09-05T10:30:00Z","end":"2050-09-05T12:00:00Z"}"#, as: ana)
      let query = "eventTypeId=\(type)&start=2050-09-05&end=2050-09-05"
      let free = ["09:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
      #expect(try await origin.slots(query)["2050-09-05"] == free)
      #expect(try await origin.book(type, "2050-09-05T10:00:00Z").status == 400)
      #expect(try await origin.book(type, "2050-09-05T11:00:00Z").status == 400)
      _ = try await origin.delete("/v2/me/busy/\(try #require(made.data["id"]?.int))", as: ana)
      #expect(try await origin.slots(query)["2050-09-05"]?.count == 8)
    }
  }

  @Test func `a business's hours and closures bound those of its people`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try #require(try await origin.get("/v2/me", as: ana).data["businessId"]?.int)
      let type = try await origin.eventType("a", length: 60, of: ana)
      let query = "eventTypeId=\(type)&start=2050-09-05&end=2050-09-06"
      _ = try await origin.put(
        "/v2/businesses/\(id)/hours", #"{"hours":\#(Self.working)"startTime":"11:00","endTime":"13:00"}]}"#,
        as: ana)
      #expect(
        try await origin.slots(query) == [
          "2050-09-05": ["11:00", "12:00"], "2050-09-06": ["11:00", "12:00"],
        ])
      #expect(try await origin.book(type, "2050-09-05T10:00:00Z").status == 400)
      _ = try await origin.put("/v2/businesses/\(id)/hours", #"{"hours":[]}"#, as: ana)
      _ = try await origin.post(
        "/v2/businesses/\(id)/hours/closures", #"{"startDate":"2050-09-05"}"#, as: ana)
      #expect(try await origin.slots(query).mapValues(\.count) == ["2050-09-06": 8])
      #expect(try await origin.book(type, "2050-09-05T10:00:00Z").status == 400)
      #expect(try await origin.book(type, "2050-09-06T10:00:00Z").status == 201)
    }
  }

  @Test func `whoever joins a team takes bookings at once, and whoever leaves takes none`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo", timeZone: "Asia/Tokyo")
      let team = try await origin.team("clinic", of: ana)
      let made = try await origin.post(
        "/v2/teams/\(team)/event-types",
        #"{"title":"T","slug":"t","lengthInMinutes":60,"minimumBookingNotice":0,"schedulingType":"roundRobin","#
          + #""assignAllTeamMembers":true}"#, as: ana)
      let type = try #require(made.data["id"]?.int, "\(made.text)")
      let query = "eventTypeId=\(type)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots(query)["2050-09-05"]?.first == "09:00")
      let membership = try await origin.join(team, leo, as: "staff", by: ana)
      // Nine in the morning in Tokyo.
      #expect(try await origin.slots(query)["2050-09-05"]?.first == "00:00")
      let booked = try await origin.book(type, "2050-09-05T01:00:00Z")
      #expect(booked.status == 201, "\(booked.text)")
      #expect(booked.data["hosts"]?.array?.first?["id"]?.int == leo.id)
      #expect(
        try await origin.delete("/v2/teams/\(team)/memberships/\(membership)", as: ana).status == 200)
      #expect(try await origin.slots(query)["2050-09-05"]?.first == "09:00")
      #expect(try await origin.book(type, "2050-09-05T02:00:00Z").status == 400)
      // What was booked with him stays, and keeps the team from going.
      #expect(try await origin.delete("/v2/teams/\(team)", as: ana).reason == "has_bookings")
    }
  }
}
