import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct OutOfOfficeTests {
  @Test func `an absence reads back as it was written, changes, and goes`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let made = try await origin.post(
        "/v2/me/ooo",
        #"{"start":"2050-09-06T00:00:00Z","end":"2050-09-09T23:59:00Z","reason":"vacation","notes":"Sea"}"#,
        as: ana)
      #expect(made.status == 201, "\(made.text)")
      #expect(made.headers[.cachePurgeTags] == "host:\(ana.id)")
      #expect(made.data["start"]?.string == "2050-09-06T00:00:00.000Z" && made.data["userId"]?.int == ana.id)
      let id = try #require(made.data["id"]?.int)
      #expect(try await origin.get("/v2/me/ooo/\(id)", as: ana).data == made.data)
      #expect(try await origin.get("/v2/me/ooo", as: ana).data == .array([made.data]))
      let changed = try await origin.patch(
        "/v2/me/ooo/\(id)", #"{"end":"2050-09-12","notes":null}"#, as: ana)
      #expect(changed.status == 200 && changed.headers[.cachePurgeTags] == "host:\(ana.id)")
      #expect(changed.data["end"]?.string == "2050-09-12T23:59:59.000Z")
      #expect(changed.data["notes"] == .null && changed.data["reason"]?.string == "vacation")
      let gone = try await origin.delete("/v2/me/ooo/\(id)", as: ana)
      #expect(gone.status == 200 && gone.headers[.cachePurgeTags] == "host:\(ana.id)")
      #expect(try await origin.get("/v2/me/ooo/\(id)", as: ana).status == 404)
      let purges = "SELECT count(*) FROM edge_events WHERE tags = '{host:\(ana.id)}'"
      #expect(try await origin.count(purges) == 3)
    }
  }

  @Test func `what makes no sense is refused by name, and changes nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      for (body, fields) in [
        ("{}", ["end", "start"]), (#"{"start":"x","end":5}"#, ["end", "start"]),
        (#"{"start":"2050-09-09T00:00:00Z","end":"2050-09-09T00:00:00Z"}"#, ["end"]),
        (#"{"start":"2050-09-09T00:00:00Z","end":"2049-09-09T00:00:00Z","x":1}"#, ["end", "x"]),
        (#"{"start":"0001-01-01","end":"9999-12-31"}"#, ["end"]),
        (#"{"start":"2050-09-09","end":"2050-09-09","toUserId":\#(ana.id)}"#, ["toUserId"]),
        (#"{"start":"2050-09-09","end":"2050-09-09","toUserId":987654}"#, ["toUserId"]),
        (#"{"start":"2050-09-09","end":"2050-09-09","reason":7,"notes":[]}"#, ["notes", "reason"]),
      ] {
        let answer = try await origin.post("/v2/me/ooo", body, as: ana)
        #expect(answer.status == 400 && answer.fields == fields, "\(body) \(answer.text)")
      }
      #expect(try await origin.get("/v2/me/ooo", as: ana).data == .array([]))
      let made = try await origin.post("/v2/me/ooo", #"{"start":"2050-09-09","end":"2050-09-10"}"#, as: ana)
      let id = try #require(made.data["id"]?.int)
      #expect(try await origin.patch("/v2/me/ooo/\(id)", #"{"end":"2050-09-08"}"#, as: ana).fields == ["end"])
    }
  }

  @Test func `whoever stands in is of a team of one's own`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let leo = try await origin.signUp("leo")
      let body = #"{"start":"2050-09-09","end":"2050-09-10","toUserId":\#(leo.id)}"#
      #expect(try await origin.post("/v2/me/ooo", body, as: ana).fields == ["toUserId"])
      let team = try await origin.team("clinic", of: ana)
      try await origin.join(team, leo, as: "staff", by: ana)
      let made = try await origin.post("/v2/me/ooo", body, as: ana)
      #expect(made.status == 201 && made.data["toUserId"]?.int == leo.id)
    }
  }

  @Test func `a stranger finds no absence and no busy time`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let body = #"{"start":"2050-09-09T10:00:00Z","end":"2050-09-09T11:00:00Z"}"#
      let absence = try #require(try await origin.post("/v2/me/ooo", body, as: ana).data["id"]?.int)
      let busy = try #require(try await origin.post("/v2/me/busy", body, as: ana).data["id"]?.int)
      #expect(try await origin.get("/v2/me/ooo/\(absence)", as: eve).status == 404)
      #expect(try await origin.patch("/v2/me/ooo/\(absence)", "{}", as: eve).status == 404)
      #expect(try await origin.delete("/v2/me/ooo/\(absence)", as: eve).status == 404)
      #expect(try await origin.delete("/v2/me/busy/\(busy)", as: eve).status == 404)
      for path in ["/v2/me/ooo", "/v2/me/busy"] {
        #expect(try await origin.get(path, as: eve).data == .array([]))
        #expect(try await origin.get(path, as: ana).data.array?.count == 1)
        #expect(try await origin.get(path).status == 401)
        #expect(try await origin.post(path, body).status == 401)
      }
    }
  }

  @Test func `a busy time is entered, listed and taken back`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let made = try await origin.post(
        "/v2/me/busy", #"{"start":"2050-09-09T10:00:00+02:00","end":"2050-09-09T11:00:00+02:00"}"#, as: ana)
      #expect(made.status == 201 && made.headers[.cachePurgeTags] == "host:\(ana.id)")
      #expect(made.data["start"]?.string == "2050-09-09T08:00:00.000Z")
      let id = try #require(made.data["id"]?.int)
      #expect(try await origin.get("/v2/me/busy", as: ana).data == .array([made.data]))
      #expect(try await origin.post("/v2/me/busy", #"{"start":"2050-09-09"}"#, as: ana).fields == ["end"])
      #expect(try await origin.delete("/v2/me/busy/\(id)", as: ana).status == 200)
      #expect(try await origin.get("/v2/me/busy", as: ana).data == .array([]))
      #expect(try await origin.delete("/v2/me/busy/\(id)", as: ana).status == 404)
    }
  }

  @Test func `nobody can have more than a thousand`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      for table in ["out_of_office", "busy_times"] {
        let updated = table == "out_of_office" ? (", updated_at", ", now()") : ("", "")
        _ = try await origin.postgres.query(
          .once(
            """
            INSERT INTO \(table) (business_id, user_id, during, created_at\(updated.0))
            SELECT u.business_id, u.id, tstzrange(now(), now() + interval '1 hour'), now()\(updated.1)
            FROM users u, generate_series(1, 999)
            """))
      }
      let body = #"{"start":"2050-09-09T10:00:00Z","end":"2050-09-09T11:00:00Z"}"#
      for path in ["/v2/me/ooo", "/v2/me/busy"] {
        #expect(try await origin.post(path, body, as: ana).status == 201)
        let refused = try await origin.post(path, body, as: ana)
        #expect(refused.status == 400 && refused.reason == "too_many")
      }
    }
  }
}
