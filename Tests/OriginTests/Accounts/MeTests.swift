import JSON
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

  @Test func `without a token there is no me`() async throws {
    try await TestOrigin.run { origin async throws in
      #expect(try await origin.get("/v2/me").status == 401)
      #expect(try await origin.patch("/v2/me", "{}").status == 401)
    }
  }
}
