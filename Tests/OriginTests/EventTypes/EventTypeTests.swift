import JSON
import Testing

@testable import Origin

@Suite struct EventTypeTests {
  @Test func `strangers see of a place that is not public only its kind`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType(
        "a", length: 30,
        more: #""locations":[{"type":"link","link":"https://secret.test/room","public":false}]"#, of: ana)
      let own = try await origin.get("/v2/event-types/\(id)", as: ana)
      #expect(own.text.contains("secret.test"))
      let strange = try await origin.get("/v2/event-types?username=ana&eventSlug=a")
      #expect(!strange.text.contains("secret.test"), "\(strange.text)")
      let place = strange.data.array?.first?["locations"]?.array?.first
      #expect(place == .object(["type": .string("link"), "public": .bool(false)]))
      let booked = try await origin.book(id, "2050-01-04T13:00:00Z")
      #expect(booked.data["location"]?.string == "https://secret.test/room", "\(booked.text)")
    }
  }

  @Test func `an event type reads back with its defaults`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let created = try await origin.post(
        "/v2/event-types", #"{"title":"Consultation","slug":"consultation","lengthInMinutes":60}"#, as: ana)
      #expect(created.status == 201)
      let id = try #require(created.data["id"]?.int)
      let type = try await origin.get("/v2/event-types/\(id)", as: ana).data
      #expect(type == created.data)
      #expect(type["minimumBookingNotice"]?.int == 120 && type["slotInterval"] == .null)
      #expect(type["users"]?.array?.first?["username"]?.string == "ana")
      #expect(type["bookingFields"]?.array?.count == 2)
    }
  }

  @Test func `the public list shows what is not hidden, its owner sees all, nothing found is empty`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      _ = try await origin.eventType("open", length: 30, of: ana)
      _ = try await origin.eventType("secret", length: 30, more: #""hidden":true"#, of: ana)
      let list = "/v2/event-types?username=ana"
      #expect(try await origin.get(list).data.array?.map { $0["slug"]?.string } == ["open"])
      #expect(try await origin.get(list, as: ana).data.array?.count == 2)
      #expect(try await origin.get("\(list)&eventSlug=open").data.array?.count == 1)
      #expect(try await origin.get("/v2/event-types?username=nobody").data == .array([]))
      #expect(try await origin.get("/v2/event-types?eventSlug=open").status == 400)
    }
  }

  @Test func `a slug is taken once per owner`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await origin.eventType("a", length: 30, of: ana)
      _ = try await origin.eventType("a", length: 30, of: eve)
      let again = try await origin.post(
        "/v2/event-types", #"{"title":"T","slug":"a","lengthInMinutes":30}"#, as: ana)
      #expect(again.status == 400 && again.fields == ["slug"])
      let other = try await origin.eventType("b", length: 30, of: ana)
      #expect(try await origin.patch("/v2/event-types/\(other)", #"{"slug":"a"}"#, as: ana).status == 400)
      #expect(
        try await origin.patch("/v2/event-types/\(id)", #"{"slug":"a","title":"N"}"#, as: ana).status == 200)
    }
  }

  @Test func `a change touches what it names only, and null takes back what can be absent`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType(
        "a", length: 30, more: #""slotInterval":15,"afterEventBuffer":5"#, of: ana)
      let changed = try await origin.patch(
        "/v2/event-types/\(id)",
        #"{"slotInterval":null,"bookingWindow":{"type":"calendarDays","value":3,"rolling":true}}"#, as: ana)
      #expect(changed.data["slotInterval"] == .null && changed.data["afterEventBuffer"]?.int == 5)
      #expect(changed.data["bookingWindow"]?["value"]?.int == 3)
      let off = try await origin.patch(
        "/v2/event-types/\(id)", #"{"bookingWindow":{"disabled":true}}"#, as: ana)
      #expect(off.data["bookingWindow"]?["disabled"] == .bool(true))
    }
  }

  @Test func `the lengths keep the length among them, whichever of the two changes`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType(
        "a", length: 30, more: #""lengthInMinutesOptions":[15,30]"#, of: ana)
      let path = "/v2/event-types/\(id)"
      #expect(
        try await origin.patch(path, #"{"lengthInMinutes":45}"#, as: ana).fields == ["lengthInMinutesOptions"]
      )
      #expect(try await origin.patch(path, #"{"lengthInMinutesOptions":[15,60]}"#, as: ana).status == 400)
      let none = try await origin.patch(path, #"{"lengthInMinutesOptions":[]}"#, as: ana)
      #expect(none.status == 400 && none.fields == ["lengthInMinutesOptions"], "\(none.text)")
      #expect(try await origin.get(path, as: ana).data["lengthInMinutesOptions"]?.array?.count == 2)
      #expect(try await origin.patch(path, #"{"lengthInMinutesOptions":null}"#, as: ana).status == 200)
      #expect(try await origin.get(path, as: ana).data["lengthInMinutesOptions"] == nil)
      #expect(try await origin.patch(path, #"{"lengthInMinutes":45}"#, as: ana).status == 200)
    }
  }

  @Test func `a stranger finds nothing, and cannot use another's schedule`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await origin.eventType("a", length: 30, of: ana)
      let schedule = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      #expect(try await origin.get("/v2/event-types/\(id)", as: eve).status == 404)
      #expect(try await origin.patch("/v2/event-types/\(id)", #"{"title":"x"}"#, as: eve).status == 404)
      #expect(try await origin.delete("/v2/event-types/\(id)", as: eve).status == 404)
      let stolen = try await origin.post(
        "/v2/event-types", #"{"title":"T","slug":"t","lengthInMinutes":30,"scheduleId":\#(schedule)}"#,
        as: eve)
      #expect(stolen.status == 400 && stolen.fields == ["scheduleId"])
    }
  }

  @Test func `every wrong field is named`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let answer = try await origin.post(
        "/v2/event-types",
        #"{"title":"","slug":"a b","lengthInMinutes":0,"slotInterval":-1,"offsetStart":"5","hidden":1,"#
          + #""bookingWindow":{"type":"range","value":["2030-09-09","2030-09-05"]},"locations":[],"#
          + #""bookingFields":[{"type":"select","slug":"x","options":[]}],"seats":{"seatsPerTimeSlot":0},"#
          + #""lengthInMinutesOptions":[15,15],"nonsense":true}"#, as: ana)
      #expect(answer.status == 400)
      #expect(
        answer.fields == [
          "bookingFields.0.options", "bookingWindow.value", "hidden", "lengthInMinutes",
          "lengthInMinutesOptions", "locations", "nonsense", "offsetStart", "seats.seatsPerTimeSlot",
          "slotInterval", "slug",
          "title",
        ])
    }
  }

  @Test func `deleting answers what is gone, and keeps the bookings`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let schedule = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 30, schedule: schedule, of: ana)
      let booked = try await origin.book(id, "2050-09-05T09:00:00Z")
      let gone = try await origin.delete("/v2/event-types/\(id)", as: ana)
      #expect(gone.status == 200 && gone.data["slug"]?.string == "a")
      let uid = try #require(booked.data["uid"]?.string)
      let booking = try await origin.get("/v2/bookings/\(uid)")
      #expect(booking.status == 200 && booking.data["eventTypeId"] == .null)
      #expect(
        try await origin.get("/v2/slots?eventTypeId=\(id)&start=2050-09-05&end=2050-09-06").status == 404)
    }
  }
}
