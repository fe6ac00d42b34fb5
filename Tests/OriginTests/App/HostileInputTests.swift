import HTTPTypes
import JSON
import Testing

@testable import Origin

@Suite struct HostileInputTests {
  @Test(arguments: [
    ("", "body_required"), ("[]", "invalid_body"), ("null", "invalid_body"), ("{", "invalid_json"),
    (#"{"a":1,"a":2}"#, "invalid_json"), (#"{"start":"\u0000"}"#, "invalid_json"),
    (#"{"start":"\ud800"}"#, "invalid_json"), (#"{"start":1e999}"#, "invalid_json"),
    (String(repeating: "[", count: 5000), "invalid_json"),
  ])
  func `a body that is no JSON object of ours is a 400 that says why`(_ body: String, _ reason: String)
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.post("/v2/bookings", body)
      #expect(answer.status == 400 && answer.reason == reason, "\(answer.text)")
    }
  }

  @Test func `more than a megabyte is a 413, another type a 415`() async throws {
    try await TestOrigin.run { origin async throws in
      let large = #"{"x":""# + String(repeating: "a", count: 1_000_001) + #""}"#
      #expect(try await origin.post("/v2/bookings", large).status == 413)
      let form = try await origin.send(
        .post, "/v2/bookings", body: "a=b", headers: [.contentType: "application/x-www-form-urlencoded"])
      #expect(form.status == 415)
    }
  }

  @Test func `an unknown path is the envelope of a 404 without asking for a token`() async throws {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.get("/v2/nothing/here?x=1")
      #expect(answer.status == 404)
      #expect(answer.json["error"]?["code"]?.string == "NotFoundException")
      #expect(answer.json["path"]?.string == "/v2/nothing/here")
      #expect(answer.headers[.requestID] != nil)
    }
  }

  @Test func `both prefixes lead to the same`() async throws {
    try await TestOrigin.run { origin async throws in
      try await origin.signUp("ana")
      #expect(try await origin.get("/api/v2/event-types?username=ana").data == .array([]))
    }
  }

  @Test(arguments: [
    ("/v2/event-types?username=a", "2024-06-14"), ("/v2/slots?x=1", "2024-09-04"),
    ("/v2/schedules", "2024-06-11"),
    ("/v2/bookings", "2024-08-13"),
  ])
  func `a version that we do not serve is a 400 that names the one we do`(_ path: String, _ served: String)
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let old = try await origin.send(.get, path, headers: [.calAPIVersion: "2024-01-01"])
      #expect(old.status == 400 && old.reason == "unsupported_version")
      #expect(old.text.contains(served))
      let right = try await origin.send(.get, path, headers: [.calAPIVersion: served])
      #expect(right.reason != "unsupported_version")
    }
  }

  @Test func `programs that follow the format's own guide are served bookings too`() async throws {
    try await TestOrigin.run { origin async throws in
      let headers: HTTPFields = [.calAPIVersion: "2026-02-25"]
      #expect(try await origin.send(.get, "/v2/bookings", headers: headers).status == 401)
      #expect(try await origin.send(.get, "/v2/schedules", headers: headers).reason == "unsupported_version")
    }
  }

  @Test func `what answers GET answers HEAD, without the body`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let head = try await origin.send(.head, "/v2/me", as: ana)
      #expect(head.status == 200 && head.text.isEmpty, "\(head.status) \(head.text)")
      #expect(try await origin.send(.head, "/v2/nothing", as: ana).status == 404)
    }
  }

  @Test func `a request id is kept when it is well-formed and replaced when not`() async throws {
    try await TestOrigin.run { origin async throws in
      let kept = try await origin.send(.get, "/v2/me", headers: [.requestID: "abc-123_XYZ.:9"])
      #expect(kept.headers[.requestID] == "abc-123_XYZ.:9")
      for bad in ["short", "with space in it", String(repeating: "a", count: 129)] {
        let replaced = try await origin.send(.get, "/v2/me", headers: [.requestID: bad])
        #expect(replaced.headers[.requestID] != bad && replaced.headers[.requestID]?.isEmpty == false)
      }
    }
  }

  @Test func `names with right-to-left tricks and emoji are stored as given`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      let name = "\u{202E}Leo 😀 O'Brien \"x\" é"
      let escaped = name.replacing("\"", with: "\\\"")
      let booked = try await origin.book(id, "2030-01-08T13:00:00Z", name: escaped)
      #expect(booked.data["attendees"]?.array?.first?["name"]?.string == name, "\(booked.text)")
      let uid = try #require(booked.data["uid"]?.string)
      #expect(
        try await origin.get("/v2/bookings/\(uid)").data["attendees"]?.array?.first?["name"]?.string == name)
    }
  }

  @Test func `slots of ten years are a 400 that says how long a range may be`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      for end in ["2040-01-01", "2031-01-03", "9999-12-31", "2030-01-08T00:00:00Z&end=2040-01-01"] {
        let answer = try await origin.get("/v2/slots?eventTypeId=\(id)&start=2030-01-01&end=\(end)")
        #expect(answer.status == 400 && answer.fields == ["end"], "\(answer.text)")
        #expect(answer.text.contains("366") || end.contains("&"))
      }
      let year = try await origin.get("/v2/slots?eventTypeId=\(id)&start=2030-01-01&end=2031-01-01")
      #expect(year.status == 200)
    }
  }

  @Test(arguments: [
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z", "2030-06-30T23:59:60Z", "1e9",
    "-1",
    "2030-13-01T00:00:00Z", "2030-01-08T24:00:00Z", "2030-01-08T10:00:00+99:00", "٢٠٣٠-01-08T10:00:00Z",
  ])
  func `no date makes it stumble`(_ start: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("a", length: 60, of: ana)
      #expect(try await origin.book(id, start).status == 400)
      let encoded = start.replacing("+", with: "%2B").replacing("٢٠٣٠", with: "%D9%A2")
      #expect(
        try await origin.get("/v2/slots?eventTypeId=\(id)&start=\(encoded)&end=\(encoded)").status < 500)
    }
  }
}
