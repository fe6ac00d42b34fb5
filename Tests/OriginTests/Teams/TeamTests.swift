import Foundation
import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct TeamTests {
  @Test func `whoever makes a team is its owner, and it reads back as it was written`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let made = try await origin.post(
        "/v2/teams",
        ##"{"name":"Clinic","slug":"clinic","bio":"Hi","brandColor":"#22aa88","hideBranding":true,"##
          + #""metadata":{"a":"b"},"logoUrl":"https://clinic.test/logo.png","weekStart":"Monday"}"#, as: ana)
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.data["id"]?.int)
      let team = try await origin.get("/v2/teams/\(id)", as: ana).data
      #expect(team == made.data)
      #expect(team["slug"]?.string == "clinic" && team["bio"]?.string == "Hi")
      #expect(team["timeZone"]?.string == "Europe/Rome" && team["weekStart"]?.string == "Monday")
      #expect(team["brandColor"]?.string == "#22aa88" && team["hideBranding"] == .bool(true))
      #expect(team["metadata"]?["a"]?.string == "b")
      #expect(team["bookingLimitsCount"] == .object(["disabled": .bool(true)]))
      #expect(try await origin.get("/v2/teams", as: ana).data.array?.map { $0["id"]?.int } == [id])
      let members = try await origin.get("/v2/teams/\(id)/memberships", as: ana).data.array ?? []
      #expect(members.map { $0["role"]?.string } == ["owner"])
      #expect(members.first?["userId"]?.int == ana.id && members.first?["user"]?["username"]?.string == "ana")
    }
  }

  @Test func `a slug is one team's, and can be taken again when that team is gone`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let id = try await origin.team("clinic", of: ana)
      let second = try await origin.post("/v2/teams", #"{"name":"C","slug":"clinic"}"#, as: leo)
      #expect(second.status == 409 && second.reason == "slug_taken" && second.fields == ["slug"])
      let other = try await origin.team("other", of: leo)
      #expect(try await origin.patch("/v2/teams/\(other)", #"{"slug":"clinic"}"#, as: leo).status == 409)
      #expect(try await origin.delete("/v2/teams/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/teams/\(id)", as: ana).status == 404)
      #expect(try await origin.get("/v2/businesses/\(id)", as: ana).status == 404)
      #expect(try await origin.get("/v2/teams", as: ana).data == .array([]))
      #expect(try await origin.patch("/v2/teams/\(other)", #"{"slug":"clinic"}"#, as: leo).status == 200)
    }
  }

  @Test func `every wrong field is named, and nothing changes`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.team("clinic", of: ana)
      let wrong =
        #"{"name":"","slug":"Not A Slug","timeZone":"X/Y","weekStart":"Noday","logoUrl":"javascript:1","#
        + #""brandColor":"red","hideBranding":1,"timeFormat":13,"metadata":{"a":1},"x":1,"#
        + #""bookingLimitsCount":{"day":9,"month":5},"bookingLimitsDuration":{"day":20}}"#
      for answer in [
        try await origin.post("/v2/teams", wrong, as: ana),
        try await origin.patch("/v2/teams/\(id)", wrong, as: ana),
      ] {
        #expect(answer.status == 400)
        #expect(
          answer.fields == [
            "bookingLimitsCount.day", "bookingLimitsDuration.day", "brandColor", "hideBranding", "logoUrl",
            "metadata.a", "name", "slug", "timeFormat", "timeZone", "weekStart", "x",
          ], "\(answer.text)")
      }
      #expect(try await origin.get("/v2/teams/\(id)", as: ana).data["slug"]?.string == "clinic")
    }
  }

  @Test func `limits of all event types together are kept, and switched off`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.team("clinic", of: ana)
      let set = try await origin.patch(
        "/v2/teams/\(id)",
        #"{"bookingLimitsCount":{"day":9,"year":25},"bookingLimitsDuration":{"week":120}}"#,
        as: ana)
      #expect(set.data["bookingLimitsCount"] == .object(["day": .int(9), "year": .int(25)]))
      #expect(set.data["bookingLimitsDuration"]?["week"]?.int == 120)
      let kept = try await origin.patch("/v2/teams/\(id)", #"{"name":"Else"}"#, as: ana)
      #expect(kept.data["bookingLimitsCount"]?["day"]?.int == 9)
      let off = try await origin.patch(
        "/v2/teams/\(id)", #"{"bookingLimitsCount":{"disabled":true},"bookingLimitsDuration":{}}"#, as: ana)
      #expect(off.data["bookingLimitsCount"]?["disabled"] == .bool(true))
      #expect(off.data["bookingLimitsDuration"]?["disabled"] == .bool(true))
    }
  }

  @Test func `strangers find no team, staff read it and change nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let eve = try await origin.signUp("eve")
      let id = try await origin.team("clinic", of: ana)
      try await origin.join(id, leo, as: "staff", by: ana)
      for path in ["/v2/teams/\(id)", "/v2/businesses/\(id)"] {
        #expect(try await origin.get(path, as: eve).status == 404)
        #expect(try await origin.patch(path, #"{"name":"Mine"}"#, as: eve).status == 404)
        #expect(try await origin.get(path, as: leo).status == 200)
        #expect(try await origin.patch(path, #"{"name":"Mine"}"#, as: leo).status == 403)
        #expect(try await origin.get(path).status == 401)
        #expect(try await origin.patch(path, "nonsense").status == 401)
      }
      #expect(try await origin.delete("/v2/teams/\(id)", as: eve).status == 404)
      #expect(try await origin.delete("/v2/teams/\(id)", as: leo).status == 403)
      #expect(try await origin.get("/v2/teams/\(id)", as: ana).data["name"]?.string == "Team clinic")
      #expect(try await origin.get("/v2/teams", as: eve).data == .array([]))
    }
  }

  @Test func `one's own business is no team, but has a profile`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let own = try await origin.get("/v2/businesses", as: ana).data.array ?? []
      let id = try #require(own.first?["id"]?.int)
      #expect(own.count == 1 && own.first?["personal"] == .bool(true))
      #expect(own.first?["timeZone"]?.string == "Europe/Rome")
      for path in ["/v2/teams/\(id)", "/v2/teams/\(id)/memberships"] {
        #expect(try await origin.get(path, as: ana).status == 404)
      }
      #expect(try await origin.patch("/v2/teams/\(id)", #"{"name":"X"}"#, as: ana).status == 404)
      #expect(try await origin.delete("/v2/teams/\(id)", as: ana).status == 404)
      let leo = try await origin.signUp("leo")
      let joined = try await origin.post("/v2/teams/\(id)/memberships", #"{"userId":\#(leo.id)}"#, as: ana)
      #expect(joined.status == 404)
      let changed = try await origin.patch(
        "/v2/businesses/\(id)",
        ##"{"name":"Ana's","description":"D","branding":{"theme":"dark","brandColor":"#123"}}"##, as: ana)
      #expect(changed.status == 200 && changed.data["branding"]?["theme"]?.string == "dark")
      #expect(changed.data["description"]?.string == "D")
      let slug = try await origin.patch("/v2/businesses/\(id)", #"{"slug":"ana"}"#, as: ana)
      #expect(slug.status == 400 && slug.fields == ["slug"])
    }
  }

  @Test func `every change purges what is made of the team`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let id = try await origin.team("clinic", of: ana)
      let membership = try await origin.join(id, leo, as: "staff", by: ana)
      for answer in [
        try await origin.patch("/v2/teams/\(id)", #"{"name":"X"}"#, as: ana),
        try await origin.patch("/v2/businesses/\(id)", #"{"name":"Y"}"#, as: ana),
        try await origin.delete("/v2/teams/\(id)/memberships/\(membership)", as: ana),
        try await origin.delete("/v2/teams/\(id)", as: ana),
      ] { #expect(answer.status == 200 && answer.headers[.cachePurgeTags] == "business:\(id)") }
      let told = try await origin.postgres.query(
        .once("SELECT array_to_string(tags, ', ') FROM edge_events WHERE business_id = \(id)"))
      #expect(
        try told.map { try $0.decode(String.self, at: 0) } == Array(repeating: "business:\(id)", count: 5))
    }
  }

  @Test func `a team that people are expected by stays; afterwards its bookings stay without it`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.team("clinic", of: ana)
      let type = try await origin.teamEventType("a", of: id)
      _ = try await origin.postgres.query(
        .once(
          """
          INSERT INTO bookings (business_id, uid, event_type_id, event_type_slug, title, status, starts_at, ends_at,
            ics_uid, created_at)
          VALUES (\(id), 'u1', \(type), 'a', 'T', 'accepted', '2030-02-01T10:00Z', '2030-02-01T11:00Z', 'u1', now())
          """))
      let refused = try await origin.delete("/v2/teams/\(id)", as: ana)
      #expect(refused.status == 409 && refused.reason == "has_bookings")
      #expect(try await origin.get("/v2/teams/\(id)", as: ana).status == 200)
      origin.clock.hold(Date(timeIntervalSince1970: 1_900_000_000))
      #expect(try await origin.delete("/v2/teams/\(id)", as: ana).status == 200)
      #expect(try await origin.count("SELECT count(*) FROM bookings WHERE event_type_id IS NULL") == 1)
      #expect(try await origin.count("SELECT count(*) FROM event_types") == 0)
      #expect(try await origin.count("SELECT count(*) FROM memberships WHERE business_id = \(id)") == 0)
    }
  }
}
