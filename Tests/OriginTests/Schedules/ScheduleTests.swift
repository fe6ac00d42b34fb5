import JSON
import Testing

@testable import Origin

@Suite struct ScheduleTests {
  @Test func `a schedule reads back as it was written`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.schedule(
        "Asia/Kolkata", "09:30", "18:00", days: ["Saturday", "Monday"],
        overrides: #"[{"date":"2030-05-20","startTime":"12:00","endTime":"14:00"}]"#, of: ana)
      let schedule = try await origin.get("/v2/schedules/\(id)", as: ana).data
      #expect(
        schedule["availability"]?.array?.first?["days"] == .array([.string("Saturday"), .string("Monday")]))
      #expect(schedule["availability"]?.array?.first?["startTime"]?.string == "09:30")
      #expect(schedule["overrides"]?.array?.first?["date"]?.string == "2030-05-20")
      #expect(schedule["isDefault"] == .bool(false) && schedule["ownerId"]?.int == ana.id)
    }
  }

  @Test func `left out, the hours are Monday to Friday from nine to five; empty, there are none`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let usual = try await origin.post(
        "/v2/schedules", #"{"name":"A","timeZone":"UTC","isDefault":false}"#, as: ana)
      #expect(usual.data["availability"]?.array?.first?["days"]?.array?.count == 5)
      let none = try await origin.post(
        "/v2/schedules", #"{"name":"B","timeZone":"UTC","isDefault":false,"availability":[]}"#, as: ana)
      #expect(none.status == 201 && none.data["availability"] == .array([]))
    }
  }

  @Test func `a change replaces hours as a whole and leaves what it does not name`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let changed = try await origin.patch(
        "/v2/schedules/\(id)",
        #"{"availability":[{"days":["Friday"],"startTime":"10:00","endTime":"11:00"}],"isDefault":true}"#,
        as: ana)
      #expect(changed.data["availability"]?.array?.count == 1)
      #expect(changed.data["timeZone"]?.string == "UTC" && changed.data["isDefault"] == .bool(true))
      let list = try await origin.get("/v2/schedules", as: ana).data.array ?? []
      #expect(list.filter { $0["isDefault"] == .bool(true) }.count == 1)
    }
  }

  @Test func `when the default goes, the oldest other one takes its place`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let first = try #require(try await origin.get("/v2/schedules/default", as: ana).data["id"]?.int)
      let second = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      #expect(try await origin.delete("/v2/schedules/\(first)", as: ana).status == 200)
      #expect(try await origin.get("/v2/schedules/default", as: ana).data["id"]?.int == second)
      #expect(try await origin.delete("/v2/schedules/\(second)", as: ana).status == 200)
      #expect(try await origin.get("/v2/schedules/default", as: ana).data == .null)
      #expect(try await origin.delete("/v2/schedules/\(second)", as: ana).status == 400)
    }
  }

  @Test func `a stranger finds nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      #expect(try await origin.get("/v2/schedules/\(id)", as: eve).status == 404)
      #expect(try await origin.patch("/v2/schedules/\(id)", #"{"name":"x"}"#, as: eve).status == 404)
      #expect(try await origin.delete("/v2/schedules/\(id)", as: eve).status == 400)
      #expect(try await origin.get("/v2/schedules/\(id)").status == 401)
      #expect(try await origin.get("/v2/schedules/\(id)", as: ana).data["name"]?.string == "S")
    }
  }

  @Test func `every wrong field is named by its path`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let answer = try await origin.post(
        "/v2/schedules",
        #"{"name":7,"timeZone":"Europe/Atlantis","availability":[{"days":["Funday"],"startTime":"9:00","#
          + #""endTime":"24:00","x":1}],"overrides":[{"date":"2030-02-30","startTime":"10:00"}]}"#, as: ana)
      #expect(answer.status == 400)
      #expect(
        answer.fields == [
          "availability.0.days", "availability.0.endTime", "availability.0.startTime", "availability.0.x",
          "isDefault", "name", "overrides.0.date", "overrides.0.endTime", "timeZone",
        ])
    }
  }
}
