import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// api.md 3.4.
@Suite struct BookingFieldTests {
  private let ten = "2030-01-08T10:00:00Z"

  @Test func `a split name is answered in halves`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a",
        more: #""bookingFields":[{"type":"splitName","required":true},{"type":"email","required":true}]"#,
        of: ana)
      let plain = try await origin.book(id, ten, name: "Leo Kim")
      #expect(plain.status == 201 && plain.attendees.first?["name"]?.string == "Leo Kim", "\(plain.text)")
      #expect(
        plain.data["bookingFieldsResponses"]?["name"]
          == .object(["firstName": .string("Leo"), "lastName": .string("Kim")]))
      let halves = try await origin.book(
        id, "2030-01-08T12:00:00Z", name: "Leo Kim",
        more: #""bookingFieldsResponses":{"name":{"firstName":"Leo","lastName":"Kim"}}"#)
      #expect(halves.status == 201 && halves.attendees.first?["name"]?.string == "Leo Kim", "\(halves.text)")
      #expect(halves.data["bookingFieldsResponses"]?["name"]?["lastName"]?.string == "Kim")
      let wrong = try await origin.book(
        id, "2030-01-08T14:00:00Z", more: #""bookingFieldsResponses":{"name":{"firstName":7,"x":[]}}"#)
      #expect(wrong.status == 400, "\(wrong.text)")
    }
  }

  @Test func `the halves of a split name are asked for as they were set up`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a",
        more: #""bookingFields":[{"type":"splitName","firstNameLabel":"Given","lastNameLabel":"Family","#
          + #""firstNamePlaceholder":"Leo","lastNamePlaceholder":"Kim","lastNameRequired":true}]"#, of: ana)
      let read = try await origin.get("/v2/event-types/\(id)", as: ana)
      let field = try #require(read.data["bookingFields"]?.array?.first)
      for (key, text) in [
        ("firstNameLabel", "Given"), ("lastNameLabel", "Family"), ("firstNamePlaceholder", "Leo"),
        ("lastNamePlaceholder", "Kim"),
      ] { #expect(field[key]?.string == text, "\(key): \(read.text)") }
      #expect(field["lastNameRequired"]?.bool == true)
      for more in ["", #""bookingFieldsResponses":{"name":{"firstName":"Leo"}}"#] {
        let half = try await origin.book(id, ten, name: "Leo", more: more)
        #expect(half.status == 400 && half.fields == ["bookingFieldsResponses.name"], "\(half.text)")
      }
      #expect(try await origin.book(id, ten, name: "Leo Kim").status == 201)
      // What was set up goes on, whatever else of it changes.
      let changed = try await origin.patch("/v2/event-types/\(id)", #"{"title":"B"}"#, as: ana)
      #expect(changed.data["bookingFields"]?.array?.first?["lastNameLabel"]?.string == "Family")
    }
  }

  @Test func `an event type may go by telephone alone`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a",
        more: #""bookingFields":[{"type":"email","required":false,"hidden":true},{"type":"phone","#
          + #""slug":"attendeePhoneNumber","label":"P","required":true}]"#, of: ana)
      func book(_ attendee: String) async throws -> Answer {
        try await origin.post(
          "/v2/bookings",
          #"{"start":"\#(ten)","eventTypeId":\#(id),"attendee":{"name":"Leo","timeZone":"UTC"\#(attendee)}}"#)
      }
      #expect(try await book("").status == 400)
      let mailOnly = try await book(#","email":"leo@mail.test""#)
      #expect(mailOnly.status == 400 && mailOnly.fields == ["attendee.phoneNumber"], "\(mailOnly.text)")
      #expect(try await book(#","phoneNumber":"12""#).status == 400)
      let booked = try await book(#","phoneNumber":"+37120000000""#)
      #expect(booked.status == 201, "\(booked.text)")
      #expect(booked.attendees.first?["phoneNumber"]?.string == "+37120000000")
    }
  }

  private static let kinds: [(kind: String, wrong: String, right: String)] = [
    ("phone", "7", #""+37120000000""#), ("address", "7", #""Via Roma""#), ("text", "[]", #""x""#),
    ("textarea", "true", #""x""#), ("url", "{}", #""https://a.test""#), ("number", #""7""#, "7"),
    ("boolean", #""true""#, "true"), ("multiemail", #""a@b.test""#, #"["a@b.test"]"#),
    ("multiselect", #""1""#, #"["1","2"]"#), ("checkbox", #""1""#, #"["1"]"#), ("select", "[]", "1"),
    ("radio", "{}", #""2""#), ("select", #""3""#, #""1""#), ("checkbox", #"["3"]"#, #"["2"]"#),
  ]

  @Test(arguments: kinds)
  func `an answer of the wrong kind, or none where one is needed, is refused by its name`(
    _ kind: String, _ wrong: String, _ right: String
  ) async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let options =
        ["select", "radio", "multiselect", "checkbox"].contains(kind) ? #","options":["1","2"]"# : ""
      let id = try await origin.alwaysOpen(
        "a",
        more: #""bookingFields":[{"type":"\#(kind)","slug":"f","label":"F","required":true\#(options)}]"#,
        of: ana)
      for responses in ["{}", #"{"f":\#(wrong)}"#] {
        let answer = try await origin.book(id, ten, more: #""bookingFieldsResponses":\#(responses)"#)
        #expect(answer.status == 400 && answer.fields == ["bookingFieldsResponses.f"], "\(answer.text)")
      }
      let booked = try await origin.book(
        id, ten, more: #""bookingFieldsResponses":{"f":\#(right),"extra":[1]}"#)
      #expect(booked.status == 201, "\(booked.text)")
      #expect(booked.data["bookingFieldsResponses"]?["extra"] == .array([.int(1)]))
    }
  }

  @Test func `a required answer is not an empty list, and default fields can be required too`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a",
        more:
          #""bookingFields":[{"type":"multiselect","slug":"m","label":"M","required":true,"options":["x"]},"#
          + #"{"slug":"notes","required":true},{"slug":"title","required":true},{"slug":"guests","required":true},"#
          + #"{"slug":"rescheduleReason","required":true},{"slug":"location","required":true}]"#, of: ana)
      let empty = try await origin.book(
        id, "2030-01-08T09:00:00Z", more: #""bookingFieldsResponses":{"m":[],"notes":""}"#)
      #expect(empty.status == 400, "\(empty.text)")
      #expect(
        empty.fields == [
          "bookingFieldsResponses.m", "bookingFieldsResponses.notes", "bookingFieldsResponses.title",
          "guests",
        ])
      let list = try await origin.book(
        id, "2030-01-08T09:00:00Z", more: #""bookingFieldsResponses":{"m":["x"],"notes":[]}"#)
      #expect(list.fields.contains("bookingFieldsResponses.notes"), "\(list.text)")
      let booked = try await origin.book(
        id, "2030-01-08T09:00:00Z",
        more: #""guests":["sam@mail.test"],"bookingFieldsResponses":{"m":["x"],"notes":"Why","title":"Mine"}"#
      )
      #expect(booked.status == 201, "\(booked.text)")
      #expect(try await origin.move(booked.uid, to: "2030-01-08T10:00:00Z").fields == ["reschedulingReason"])
      let moved = try await origin.move(
        booked.uid, to: "2030-01-08T10:00:00Z", more: #""reschedulingReason":"late""#)
      #expect(moved.status == 201, "\(moved.text)")
    }
  }

  @Test func `a language and a video service are named ones`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      func book(_ language: String, _ location: String) async throws -> Answer {
        try await origin.send(
          .post, "/v2/bookings",
          body: #"{"start":"2030-01-08T09:00:00Z","eventTypeId":\#(id),"location":\#(location),"attendee":"#
            + #"{"name":"L","email":"l@mail.test","timeZone":"UTC","language":"\#(language)"}}"#,
          isHostile: true)
      }
      let video = #"{"type":"integration","integration":"cal-video"}"#
      #expect(try await book("tlh", video).fields == ["attendee.language"])
      #expect(try await book("it", #"{"type":"integration"}"#).fields == ["location.integration"])
      #expect(try await book("pt-BR", video).status == 201)
    }
  }
}
