import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct MeTests {
  @Test func `moving to another zone takes the default schedule along`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let me = try await origin.patch(
        "/v2/me", #"{"timeZone":"Asia/Tokyo","timeFormat":24,"weekStart":"Monday","bio":"Hi"}"#, as: ana)
      #expect(me.data["timeZone"]?.string == "Asia/Tokyo" && me.data["timeFormat"]?.int == 24)
      let schedule = try await origin.get("/v2/schedules/default", as: ana)
      #expect(schedule.data["timeZone"]?.string == "Asia/Tokyo")
    }
  }

  @Test func `wrong values are all named, and nothing changes`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let answer = try await origin.patch(
        "/v2/me", #"{"timeZone":"X/Y","timeFormat":13,"weekStart":"Noday","email":5,"name":"New"}"#, as: ana)
      #expect(answer.status == 400)
      #expect(answer.fields == ["email", "timeFormat", "timeZone", "weekStart"])
      #expect(try await origin.get("/v2/me", as: ana).data["name"]?.string == "Ana")
    }
  }

  @Test func `another's schedule cannot become one's default`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      #expect(try await origin.patch("/v2/me", #"{"defaultScheduleId":\#(id)}"#, as: eve).status == 400)
      #expect(try await origin.patch("/v2/me", #"{"defaultScheduleId":\#(id)}"#, as: ana).status == 200)
    }
  }

  @Test func `a schedule that becomes the default moves along, and another's moves nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let eve = try await origin.signUp("eve", timeZone: "Europe/Rome")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let body = #"{"timeZone":"Asia/Tokyo","defaultScheduleId":\#(id)}"#
      #expect(try await origin.patch("/v2/me", body, as: eve).status == 400)
      #expect(try await origin.get("/v2/me", as: eve).data["timeZone"]?.string == "Europe/Rome")
      #expect(
        try await origin.get("/v2/schedules/default", as: eve).data["timeZone"]?.string == "Europe/Rome")
      #expect(try await origin.get("/v2/schedules/\(id)", as: ana).data["timeZone"]?.string == "UTC")
      #expect(try await origin.patch("/v2/me", body, as: ana).data["defaultScheduleId"]?.int == id)
      #expect(try await origin.get("/v2/schedules/default", as: ana).data["timeZone"]?.string == "Asia/Tokyo")
      let others = "SELECT count(*) FROM schedules WHERE time_zone = 'Europe/Rome'"
      #expect(try await origin.count(others) == 2)
    }
  }

  @Test func `a picture and a word on oneself can be taken away, and a new address is not confirmed`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let set = try await origin.patch(
        "/v2/me", #"{"avatarUrl":"https://x.test/a.png","bio":"Hi","metadata":{"a":"b"}}"#, as: ana)
      #expect(set.data["avatarUrl"]?.string == "https://x.test/a.png" && set.data["bio"]?.string == "Hi")
      #expect(set.data["organizationId"] == .null && set.data["businessId"]?.int != nil)
      let kept = try await origin.patch("/v2/me", #"{"locale":"it"}"#, as: ana)
      #expect(kept.data["bio"]?.string == "Hi" && kept.data["metadata"]?["a"]?.string == "b")
      let gone = try await origin.patch("/v2/me", #"{"avatarUrl":null,"bio":null}"#, as: ana)
      #expect(gone.data["avatarUrl"] == .null && gone.data["bio"] == .null)
      _ = try await origin.postgres.query(.once("UPDATE users SET email_verified_at = now()"))
      let confirmed = "SELECT count(*) FROM users WHERE email_verified_at IS NOT NULL"
      _ = try await origin.patch("/v2/me", #"{"email":"ANA@clinic.test"}"#, as: ana)
      #expect(try await origin.count(confirmed) == 1)
      let changed = try await origin.patch("/v2/me", #"{"email":"ana@else.test"}"#, as: ana)
      #expect(changed.data["email"]?.string == "ana@else.test")
      #expect(try await origin.count(confirmed) == 0)
    }
  }

  @Test func `without a token there is no me`() async throws {
    try await TestOrigin.run { origin async throws in
      #expect(try await origin.get("/v2/me").status == 401)
      #expect(try await origin.patch("/v2/me", "{}").status == 401)
    }
  }
}
