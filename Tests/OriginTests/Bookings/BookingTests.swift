import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// The lifecycle rules of api.md section 3 that concern single bookings.
@Suite struct BookingTests {
  private func type(_ origin: TestOrigin, _ ana: Person, more: String = "") async throws -> Int {
    let all = try await origin.schedule("Europe/Rome", "09:00", "17:00", of: ana)
    return try await origin.eventType("consultation", length: 60, schedule: all, more: more, of: ana)
  }

  @Test func `a booking answers what was sent, and reads back the same without a token`() async throws {
    try await TestOrigin.run(now: "2029-12-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "Europe/Rome")
      let id = try await type(
        origin, ana,
        more:
          #""locations":[{"type":"link","link":"https://meet.test/abc"}],"bookingFields":[{"type":"text","slug":"favourite","label":"F","required":true}]"#
      )
      let answer = try await origin.post(
        "/v2/bookings",
        #"{"start":"2030-01-08T13:00:00Z","eventTypeSlug":"consultation","username":"ana","attendee":{"name":"Leo Kim","#
          + #""email":"leo@mail.test","timeZone":"Europe/Rome","language":"it","phoneNumber":"+37120000000"},"#
          + #""guests":["sam@mail.test"],"metadata":{"crmId":"100"},"bookingFieldsResponses":{"favourite":"tea","x":1}}"#
      )
      #expect(answer.status == 201, "\(answer.text)")
      let booking = answer.data
      #expect(booking["status"]?.string == "accepted" && booking["duration"]?.int == 60)
      #expect(booking["start"]?.string == "2030-01-08T13:00:00.000Z")
      #expect(booking["end"]?.string == "2030-01-08T14:00:00.000Z")
      #expect(booking["title"]?.string == "T consultation between Ana and Leo Kim")
      #expect(booking["eventType"] == .object(["id": .int(id), "slug": .string("consultation")]))
      #expect(booking["hosts"]?.array?.first?["id"]?.int == ana.id)
      #expect(booking["location"]?.string == "https://meet.test/abc")
      #expect(booking["metadata"] == .object(["crmId": .string("100")]))
      #expect(booking["attendees"]?.array?.first?["language"]?.string == "it")
      #expect(booking["attendees"]?.array?.first?["absent"] == .bool(false))
      #expect(booking["guests"] == .array([.string("sam@mail.test")]))
      #expect(booking["bookingFieldsResponses"]?["favourite"]?.string == "tea")
      #expect(booking["bookingFieldsResponses"]?["x"]?.int == 1)
      #expect(booking["createdAt"]?.string == "2029-12-01T08:00:00.000Z")
      let uid = try #require(booking["uid"]?.string)
      let read = try await origin.get("/v2/bookings/\(uid)")
      #expect(read.status == 200)
      let sorted = { (json: JSONValue) in Self.sorted(json) }
      #expect(sorted(read.data) == sorted(booking))
    }
  }

  /// jsonb keeps no order of keys.
  private static func sorted(_ json: JSONValue) -> JSONValue {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { JSONObject.Member(key: $0.key, value: sorted($0.value)) }
            .sorted { $0.key < $1.key }))
    case .array(let elements): .array(elements.map(sorted))
    default: json
    }
  }

  @Test(arguments: [
    ("2030-01-08T06:00:00Z", "not_available"), ("2030-01-08T13:10:00Z", "not_available"),
    ("2029-12-30T10:00:00Z", "in_the_past"), ("2030-01-01T15:00:00Z", "out_of_bounds"),
    ("2030-03-01T10:00:00Z", "out_of_bounds"),
  ])
  func `what is not listed cannot be booked, and the reason is told`(_ start: String, _ reason: String)
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(
        origin, ana,
        more: #""minimumBookingNotice":1440,"bookingWindow":{"type":"calendarDays","value":30}"#)
      let answer = try await origin.book(id, start)
      #expect(answer.status == 400 && answer.reason == reason, "\(answer.text)")
    }
  }

  @Test func `the first and the last listed slot can be booked, and then are gone`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana)
      let query = "eventTypeId=\(id)&start=2030-01-08&end=2030-01-08&timeZone=Asia/Kolkata"
      let listed = try await origin.get("/v2/slots?\(query)").data.object?.members.flatMap {
        $0.value.array ?? []
      }
      let starts = (listed ?? []).compactMap { $0["start"]?.string }
      for start in [starts.first, starts.last] {
        let start = try #require(start).replacing("+", with: "+")
        #expect(try await origin.book(id, start, timeZone: "Asia/Kolkata").status == 201)
        #expect(try await origin.book(id, start, timeZone: "Asia/Kolkata").reason == "slot_taken")
      }
      let left = try await origin.get("/v2/slots?\(query)").data.object?.members.flatMap {
        $0.value.array ?? []
      }
      #expect(left?.count == starts.count - 2)
    }
  }

  @Test func `moving gives a new uid, links both, frees the old time, and may overlap it`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana, more: #""slotInterval":30"#)
      let old = try await origin.book(id, "2030-01-08T13:00:00Z", more: #""metadata":{"a":"b"}"#).data
      let uid = try #require(old["uid"]?.string)
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule",
        #"{"start":"2030-01-08T13:30:00Z","reschedulingReason":"later","rescheduledBy":"leo@mail.test"}"#)
      #expect(moved.status == 201, "\(moved.text)")
      #expect(moved.data["uid"] != old["uid"] && moved.data["rescheduledFromUid"]?.string == uid)
      #expect(moved.data["metadata"] == old["metadata"] && moved.data["attendees"] == old["attendees"])
      #expect(moved.data["icsUid"] == old["icsUid"] && moved.data["duration"] == old["duration"])
      let before = try await origin.get("/v2/bookings/\(uid)").data
      #expect(before["status"]?.string == "cancelled")
      #expect(
        before["rescheduledToUid"] == moved.data["uid"] && before["reschedulingReason"]?.string == "later")
      #expect(try await origin.book(id, "2030-01-08T12:30:00Z").status == 201)
      #expect(try await origin.book(id, "2030-01-08T14:00:00Z").reason == "slot_taken")
      let again = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2030-01-08T09:00:00Z"}"#)
      #expect(again.status == 400 && again.reason == "rescheduled")
      #expect(again.json["error"]?["details"]?["rescheduledToUid"] == moved.data["uid"])
    }
  }

  @Test func `a move onto a taken time changes nothing`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana)
      let uid = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      #expect(try await origin.book(id, "2030-01-08T10:00:00Z").status == 201)
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2030-01-08T10:00:00Z"}"#)
      #expect(moved.status == 400 && moved.reason == "slot_taken")
      #expect(try await origin.get("/v2/bookings/\(uid)").data["status"]?.string == "accepted")
      #expect(try await origin.book(id, "2030-01-08T13:00:00Z").reason == "slot_taken")
    }
  }

  @Test func `a booker cancels without a reason, a host needs one, nobody cancels twice`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana)
      let uid = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      #expect(try await origin.send(.post, "/v2/bookings/\(uid)/cancel").status == 400)
      let silent = try await origin.post("/v2/bookings/\(uid)/cancel", "{}", as: ana)
      #expect(silent.status == 400 && silent.fields == ["cancellationReason"])
      let cancelled = try await origin.post(
        "/v2/bookings/\(uid)/cancel", #"{"cancellationReason":"ill"}"#, as: ana)
      #expect(cancelled.status == 200 && cancelled.data["status"]?.string == "cancelled")
      #expect(cancelled.data["cancellationReason"]?.string == "ill")
      #expect(cancelled.data["cancelledByEmail"]?.string == ana.email)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel").reason == "cancelled")
      let second = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(second)/cancel").status == 200)
    }
  }

  @Test func `switched off, a booker can neither cancel nor move`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana, more: #""disableCancelling":true,"disableRescheduling":true"#)
      let uid = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel").status == 400)
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2030-01-08T10:00:00Z"}"#)
      #expect(moved.status == 400)
      #expect(try await origin.get("/v2/bookings/\(uid)").data["status"]?.string == "accepted")
    }
  }

  @Test func `a booking may be moved until so many minutes before it starts`() async throws {
    try await TestOrigin.run(now: "2030-01-08T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(
        origin, ana, more: #""disableRescheduling":{"disabled":false,"minutesBefore":60}"#)
      let read = try await origin.get("/v2/event-types/\(id)", as: ana).data["disableRescheduling"]
      #expect(read?["disabled"]?.bool == false && read?["minutesBefore"]?.int == 60)
      let uid = try #require(try await origin.book(id, "2030-01-08T13:00:00Z").data["uid"]?.string)
      origin.clock.hold(Instant("2030-01-08T12:00:01Z")?.date)
      let path = "/v2/bookings/\(uid)/reschedule"
      let late = try await origin.post(path, #"{"start":"2030-01-08T15:00:00Z"}"#)
      #expect(late.status == 400 && late.reason == "rescheduling_disabled", "\(late.text)")
      origin.clock.hold(Instant("2030-01-08T12:00:00Z")?.date)
      #expect(try await origin.post(path, #"{"start":"2030-01-08T15:00:00Z"}"#).status == 201)
    }
  }

  @Test func `lengths are those that are offered`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType(
        "multi", length: 15, schedule: all, more: #""lengthInMinutesOptions":[15,30,60]"#, of: ana)
      #expect(try await origin.book(id, "2030-01-08T13:00:00Z").data["duration"]?.int == 15)
      let longer = try await origin.book(id, "2030-01-08T14:00:00Z", more: #""lengthInMinutes":30"#)
      #expect(longer.data["duration"]?.int == 30)
      let odd = try await origin.book(id, "2030-01-08T15:00:00Z", more: #""lengthInMinutes":45"#)
      #expect(odd.status == 400 && odd.reason == "length_not_offered")
      #expect(odd.json["error"]?["details"]?["lengths"] == .array([.int(15), .int(30), .int(60)]))
      let single = try await origin.eventType("one", length: 15, schedule: all, of: ana)
      let asked = try await origin.book(single, "2030-01-08T16:00:00Z", more: #""lengthInMinutes":15"#)
      #expect(asked.status == 400 && asked.reason == "length_not_offered")
    }
  }

  @Test func `an unknown uid is a 404 whatever it looks like`() async throws {
    try await TestOrigin.run { origin async throws in
      for uid in ["x", "fhdPmhbV8M8ZJqvE8w1", String(repeating: "z", count: 29), "a%00b", "%F0%9F%98%80"] {
        #expect(try await origin.get("/v2/bookings/\(uid)").status == 404, "\(uid)")
        #expect(try await origin.post("/v2/bookings/\(uid)/cancel").status == 404, "\(uid)")
      }
    }
  }

  @Test(arguments: [
    (#"{}"#, ["attendee", "eventTypeId", "start"]),
    (
      #"{"start":"2030-02-30T10:00:00Z","eventTypeId":1,"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#,
      ["start"]
    ),
    (
      #"{"start":"2030-01-08T10:00:60Z","eventTypeId":"1","attendee":{"name":7,"timeZone":"UTC"}}"#,
      ["attendee.email", "attendee.name", "eventTypeId", "start"]
    ),
    (
      #"{"start":"2030-01-08T10:00:00Z","eventTypeId":1,"attendee":{"name":"L","phoneNumber":"123","timeZone":"Mars/X"},"guests":["x"],"metadata":{"k":5},"bogus":null}"#,
      ["attendee.phoneNumber", "attendee.timeZone", "bogus", "guests.0", "metadata.k"]
    ),
    (
      #"{"start":"2030-01-08T10:00:00Z","eventTypeSlug":"x","attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#,
      ["username"]
    ),
  ])
  func `every wrong field is named`(_ body: String, _ fields: [String]) async throws {
    try await TestOrigin.run { origin async throws in
      let answer = try await origin.post("/v2/bookings", body)
      #expect(answer.status == 400)
      #expect(answer.fields == fields)
    }
  }

  @Test func `metadata has its bounds`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await type(origin, ana)
      let many = (0..<51).map { #""k\#($0)":"v""# }.joined(separator: ",")
      let long = String(repeating: "x", count: 501)
      for metadata in ["{\(many)}", #"{"\#(String(repeating: "k", count: 41))":"v"}"#, #"{"k":"\#(long)"}"#] {
        #expect(
          try await origin.book(id, "2030-01-08T13:00:00Z", more: #""metadata":\#(metadata)"#).status == 400)
      }
    }
  }

  @Test func `required questions, their types and their choices are enforced`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let fields =
        #""bookingFields":[{"type":"number","slug":"age","label":"Age","required":true},"#
        + #"{"type":"select","slug":"size","label":"Size","required":false,"options":["S","L"]},"#
        + #"{"type":"checkbox","slug":"tags","label":"Tags","required":false,"options":["a","b"]}]"#
      let id = try await type(origin, ana, more: fields)
      func book(_ responses: String) async throws -> Answer {
        try await origin.book(id, "2030-01-08T13:00:00Z", more: #""bookingFieldsResponses":\#(responses)"#)
      }
      #expect(try await book("{}").fields == ["bookingFieldsResponses.age"])
      let wrong = try await book(#"{"age":"old","size":"XL","tags":["c"]}"#)
      #expect(
        wrong.fields == [
          "bookingFieldsResponses.age", "bookingFieldsResponses.size", "bookingFieldsResponses.tags",
        ])
      #expect(try await book(#"{"age":7,"size":"L","tags":["a","b"]}"#).status == 201)
    }
  }
}
