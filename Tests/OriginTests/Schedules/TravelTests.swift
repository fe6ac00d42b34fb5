import HTTPTypes
import JSON
import Testing

@testable import Origin

@Suite struct TravelTests {
  @Test func `on days of travel the hours are read in the zone one is in`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let schedule = try await origin.schedule("Europe/Rome", "09:00", "11:00", of: ana)
      let type = try await origin.eventType("a", length: 60, schedule: schedule, of: ana)
      let path = "/v2/schedules/\(schedule)/travel"
      let written = try await origin.put(
        path,
        #"[{"startDate":"2030-02-05","endDate":"2030-02-06","timeZone":"Asia/Tokyo"},"#
          + #"{"startDate":"2030-02-08","timeZone":"America/New_York"}]"#, as: ana)
      #expect(written.status == 200 && written.headers[.cachePurgeTags] == "host:\(ana.id)")
      #expect(try await origin.get(path, as: ana).data == written.data)
      #expect(try await origin.get("/v2/schedules/\(schedule)", as: ana).data["travel"] == written.data)
      let slots = try await origin.slots("eventTypeId=\(type)&start=2030-02-04&end=2030-02-09")
      #expect(slots["2030-02-04"] == ["08:00", "09:00"])
      #expect(slots["2030-02-05"] == ["00:00", "01:00"] && slots["2030-02-06"] == ["00:00", "01:00"])
      #expect(slots["2030-02-07"] == ["08:00", "09:00"])
      #expect(slots["2030-02-08"] == ["14:00", "15:00"] && slots["2030-02-09"] == ["14:00", "15:00"])
      #expect(try await origin.book(type, "2030-02-05T08:00:00Z").reason == "not_available")
      #expect(try await origin.book(type, "2030-02-05T00:00:00Z").status == 201)
      #expect(try await origin.put(path, "[]", as: ana).data == .array([]))
      #expect(
        try await origin.slots("eventTypeId=\(type)&start=2030-02-06&end=2030-02-06")["2030-02-06"]
          == ["08:00", "09:00"])
    }
  }

  @Test func `every wrong entry is named by its index`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let path = "/v2/schedules/\(id)/travel"
      let wrong = try await origin.put(
        path,
        #"[{"startDate":"2030-02-30","timeZone":"X"},7,{"startDate":"2030-02-05","endDate":"2030-02-04","#
          + #""timeZone":"UTC","x":1},{}]"#, as: ana)
      #expect(wrong.status == 400)
      #expect(
        wrong.fields == [
          "0.startDate", "0.timeZone", "1", "2.endDate", "2.x", "3.startDate", "3.timeZone",
        ], "\(wrong.text)")
      #expect(try await origin.put(path, #"{"startDate":"2030-02-05"}"#, as: ana).reason == "invalid_body")
      let entry = #"{"startDate":"2030-02-05","timeZone":"UTC"}"#
      let many = "[" + Array(repeating: entry, count: 201).joined(separator: ",") + "]"
      #expect(try await origin.put(path, many, as: ana).status == 400)
      #expect(try await origin.get(path, as: ana).data == .array([]))
    }
  }

  @Test func `a stranger neither reads nor writes it`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      #expect(try await origin.get("/v2/schedules/\(id)/travel", as: eve).status == 404)
      #expect(try await origin.put("/v2/schedules/\(id)/travel", "[]", as: eve).status == 404)
      #expect(try await origin.put("/v2/schedules/\(id)/travel", "[]").status == 401)
    }
  }
}
