import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct OpeningHoursTests {
  @Test func `hours and closures read back as they were written, and every change purges`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/businesses/\(team)/hours"
      let first = try await origin.get(path, as: ana)
      #expect(first.data["timeZone"]?.string == "Europe/Rome" && first.data["hours"] == .array([]))
      let hours =
        #"[{"days":["Saturday","Monday"],"startTime":"08:00","endTime":"12:30"},"#
        + #"{"days":["Monday"],"startTime":"14:00","endTime":"23:59"}]"#
      let written = try await origin.put(path, #"{"timeZone":"Asia/Tokyo","hours":\#(hours)}"#, as: ana)
      #expect(written.status == 200 && written.headers[.cachePurgeTags] == "business:\(team)")
      #expect(written.data["hours"] == (try JSONValue(parsing: Array(hours.utf8))))
      let closed = try await origin.post(
        "\(path)/closures", #"{"startDate":"2030-12-25","endDate":"2030-12-26","reason":"Christmas"}"#,
        as: ana)
      #expect(closed.status == 201 && closed.headers[.cachePurgeTags] == "business:\(team)")
      let day = try await origin.post("\(path)/closures", #"{"startDate":"2030-05-01"}"#, as: ana)
      #expect(day.data["endDate"]?.string == "2030-05-01" && day.data["reason"]?.string == "")
      let read = try await origin.get(path, as: ana).data
      #expect(read["timeZone"]?.string == "Asia/Tokyo" && read["hours"] == written.data["hours"])
      #expect(read["closures"] == .array([day.data, closed.data]))
      let kept = try await origin.put(path, #"{"hours":[]}"#, as: ana).data
      #expect(kept["timeZone"]?.string == "Asia/Tokyo" && kept["closures"]?.array?.count == 2)
      let id = try #require(day.data["id"]?.int)
      let opened = try await origin.delete("\(path)/closures/\(id)", as: ana)
      #expect(opened.status == 200 && opened.headers[.cachePurgeTags] == "business:\(team)")
      #expect(try await origin.delete("\(path)/closures/\(id)", as: ana).status == 404)
      let purges = "SELECT count(*) FROM edge_events WHERE tags = '{business:\(team)}'"
      #expect(try await origin.count(purges) == 5)
    }
  }

  @Test func `one's own business has hours too`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try #require(try await origin.get("/v2/me", as: ana).data["businessId"]?.int)
      let answer = try await origin.put("/v2/businesses/\(id)/hours", #"{"hours":[]}"#, as: ana)
      #expect(answer.status == 200)
      // Its slots are tagged by their host alone.
      #expect(answer.headers[.cachePurgeTags] == "business:\(id), host:\(ana.id)")
      let zone = try await origin.patch("/v2/businesses/\(id)", #"{"timeZone":"Asia/Tokyo"}"#, as: ana)
      #expect(zone.headers[.cachePurgeTags] == "business:\(id), host:\(ana.id)")
      let purges = "SELECT count(*) FROM edge_events WHERE tags = '{business:\(id),host:\(ana.id)}'"
      #expect(try await origin.count(purges) == 2)
    }
  }

  @Test func `strangers find nothing, staff read and change nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let eve = try await origin.signUp("eve")
      let team = try await origin.team("clinic", of: ana)
      try await origin.join(team, leo, as: "staff", by: ana)
      let path = "/v2/businesses/\(team)/hours"
      let closed = try await origin.post("\(path)/closures", #"{"startDate":"2030-05-01"}"#, as: ana)
      let id = try #require(closed.data["id"]?.int)
      for (person, status) in [(leo, 403), (eve, 404), (nil, 401)] {
        #expect(try await origin.get(path, as: person).status == (status == 403 ? 200 : status))
        #expect(try await origin.put(path, #"{"hours":[]}"#, as: person).status == status)
        #expect(
          try await origin.post("\(path)/closures", #"{"startDate":"2030-05-01"}"#, as: person).status
            == status)
        #expect(try await origin.delete("\(path)/closures/\(id)", as: person).status == status)
      }
      // A closure is found in its own business only.
      let other = try await origin.team("other", of: eve)
      #expect(try await origin.delete("/v2/businesses/\(other)/hours/closures/\(id)", as: eve).status == 404)
      #expect(try await origin.get(path, as: ana).data["closures"]?.array?.count == 1)
    }
  }

  @Test func `every wrong field is named`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let team = try await origin.team("clinic", of: ana)
      let path = "/v2/businesses/\(team)/hours"
      #expect(try await origin.put(path, "{}", as: ana).fields == ["hours"])
      let hours = try await origin.put(
        path, #"{"timeZone":"X","hours":[{"days":["Funday"],"startTime":"9"},1],"x":1}"#, as: ana)
      #expect(
        hours.fields == ["hours.0.days", "hours.0.endTime", "hours.0.startTime", "hours.1", "timeZone", "x"])
      for (body, fields) in [
        ("{}", ["startDate"]), (#"{"startDate":"2030-02-30","endDate":7}"#, ["endDate", "startDate"]),
        (#"{"startDate":"2030-02-03","endDate":"2030-02-02"}"#, ["endDate"]),
        (#"{"startDate":"0001-01-01","endDate":"9999-12-31","reason":1}"#, ["endDate", "reason"]),
      ] { #expect(try await origin.post("\(path)/closures", body, as: ana).fields == fields, "\(body)") }
      _ = try await origin.postgres.query(
        .once(
          """
          INSERT INTO business_closures (business_id, start_date, end_date, created_at)
          SELECT \(team), '2030-01-01', '2030-01-01', now() FROM generate_series(1, 1000)
          """))
      let refused = try await origin.post("\(path)/closures", #"{"startDate":"2030-05-01"}"#, as: ana)
      #expect(refused.status == 400 && refused.reason == "too_many")
    }
  }
}
