import JSON
import Testing

@testable import Origin

/// The table of api.md 1.6: each field's default, what it accepts, and what it refuses.
@Suite struct EventTypeFieldTests {
  static let least = #""title":"T","slug":"t","lengthInMinutes":60"#

  @Test func `the defaults`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let made = try await origin.post("/v2/event-types", "{\(Self.least)}", as: ana)
      #expect(made.status == 201, "\(made.text)")
      let type = made.data
      #expect(type["ownerId"]?.int == ana.id && type["description"]?.string == "")
      #expect(type["slotInterval"] == .null && type["minimumBookingNotice"]?.int == 120)
      for key in ["beforeEventBuffer", "afterEventBuffer", "offsetStart", "price"] {
        #expect(type[key]?.int == 0, "\(key)")
      }
      for key in ["hidden", "disableGuests", "onlyShowFirstAvailableSlot", "bookingRequiresAuthentication"] {
        #expect(type[key] == .bool(false), "\(key)")
      }
      for key in ["recurrence", "scheduleId", "seatsPerTimeSlot", "seatsShowAvailabilityCount"] {
        #expect(type[key] == .null, "\(key)")
      }
      #expect(type["currency"]?.string == "usd" && type["metadata"] == .object([:]))
      #expect(
        type["locations"]
          == .array([.object(["type": .string("integration"), "integration": .string("cal-video")])]))
      #expect(type["bookingFields"]?.array?.map { $0["type"]?.string } == ["name", "email"])
      #expect(type["bookingFields"]?.array?.allSatisfy { $0["isDefault"] == .bool(true) } == true)
      let user = type["users"]?.array?.first
      #expect(
        user?["id"]?.int == ana.id && user?["username"]?.string == "ana" && user?["name"]?.string == "Ana")
      for key in ["avatarUrl", "weekStart", "brandColor", "darkBrandColor", "metadata"] {
        #expect(user?[key] != nil, "\(key)")
      }
      for key in ["isInstantEvent", "forwardParamsSuccessRedirect"] { #expect(type[key] != nil, "\(key)") }
    }
  }

  /// Each with what it must read back as; nil where it is the same.
  static let accepted: [(key: String, value: String, reads: String?)] = [
    ("lengthInMinutesOptions", "[15,60]", nil), ("description", #""Words.""#, nil),
    ("locations", #"[{"type":"address","address":"Via Roma 10","public":true}]"#, nil),
    ("locations", #"[{"type":"link","link":"https://meet.test/abc","public":false}]"#, nil),
    ("locations", #"[{"type":"phone","phone":"+37120000000","public":true}]"#, nil),
    ("locations", #"[{"type":"attendeeAddress"},{"type":"attendeePhone"},{"type":"attendeeDefined"}]"#, nil),
    ("disableGuests", "true", nil), ("slotInterval", "15", nil), ("minimumBookingNotice", "0", nil),
    ("beforeEventBuffer", "10", nil), ("afterEventBuffer", "20", nil), ("offsetStart", "5", nil),
    ("bookingLimitsCount", #"{"day":1,"week":2,"month":3,"year":4}"#, nil),
    ("bookingLimitsDuration", #"{"day":60,"week":120}"#, nil),
    ("bookerActiveBookingsLimit", #"{"maximumActiveBookings":2,"offerReschedule":true}"#, nil),
    ("onlyShowFirstAvailableSlot", "true", nil),
    ("bookingWindow", #"{"type":"calendarDays","value":30,"rolling":true}"#, nil),
    ("bookingWindow", #"{"type":"businessDays","value":5,"rolling":false}"#, nil),
    ("bookingWindow", #"{"type":"range","value":["2030-09-05","2030-09-09"]}"#, nil),
    (
      "confirmationPolicy",
      #"{"type":"time","noticeThreshold":{"unit":"hours","count":3},"blockUnconfirmedBookingsInBooker":true}"#,
      nil
    ),
    ("confirmationPolicy", #"{"type":"always","blockUnconfirmedBookingsInBooker":false}"#, nil),
    ("recurrence", #"{"interval":1,"occurrences":10,"frequency":"weekly"}"#, nil),
    ("recurrence", #"{"interval":2,"occurrences":3,"frequency":"monthly"}"#, nil),
    ("recurrence", #"{"disabled":true}"#, "null"),
    ("seats", #"{"seatsPerTimeSlot":1000,"showAttendeeInfo":false,"showAvailabilityCount":true}"#, nil),
    ("customName", #""{Event type title} between {Organiser} and {Scheduler}""#, nil),
    ("bookerLayouts", #"{"defaultLayout":"week","enabledLayouts":["month","week"]}"#, nil),
    ("color", ##"{"lightThemeColor":"#fafafa","darkThemeColor":"#123456"}"##, nil),
    ("useDestinationCalendarEmail", "true", nil), ("hideCalendarNotes", "true", nil),
    ("hideCalendarEventDetails", "true", nil), ("hideOrganizerEmail", "true", nil),
    ("lockTimeZoneToggleOnBookingPage", "true", nil),
    ("successRedirectUrl", #""https://clinic.test/thanks""#, nil), ("hidden", "true", nil),
    ("bookingRequiresAuthentication", "true", nil),
  ]

  @Test(arguments: accepted.indices)
  func `what is accepted reads back`(_ index: Int) async throws {
    let (key, value, reads) = Self.accepted[index]
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let made = try await origin.post("/v2/event-types", #"{\#(Self.least),"\#(key)":\#(value)}"#, as: ana)
      #expect(made.status == 201, "\(key) \(made.text)")
      let expected = try JSONValue(parsing: Array((reads ?? value).utf8))
      let id = try #require(made.data["id"]?.int)
      let read = try await origin.get("/v2/event-types/\(id)", as: ana)
      #expect(covers(read.data[key] ?? .null, expected), "\(key) \(read.text)")
      // Set later it is the same.
      let plain = try await origin.eventType("plain", length: 60, of: ana)
      let changed = try await origin.patch("/v2/event-types/\(plain)", #"{"\#(key)":\#(value)}"#, as: ana)
      #expect(changed.status == 200 && covers(changed.data[key] ?? .null, expected), "\(key) \(changed.text)")
    }
  }

  /// Everything that was said is there; more may be.
  private func covers(_ answer: JSONValue, _ expected: JSONValue) -> Bool {
    switch (answer, expected) {
    case (.object(let answer), .object(let expected)):
      expected.members.allSatisfy { member in answer[member.key].map { covers($0, member.value) } ?? false }
    case (.array(let answer), .array(let expected)):
      answer.count == expected.count && zip(answer, expected).allSatisfy { covers($0, $1) }
    default: answer == expected
    }
  }

  static let refused: [(key: String, value: String)] = [
    ("lengthInMinutes", "0"), ("lengthInMinutes", #""60""#), ("lengthInMinutes", "1.5"),
    ("lengthInMinutes", "null"),
    ("title", #""""#), ("title", "7"), ("slug", #""""#), ("slug", #""a/b""#), ("slug", "null"),
    ("lengthInMinutesOptions", "[15,30]"), ("lengthInMinutesOptions", "[60,60]"),
    ("lengthInMinutesOptions", "[60,0]"), ("lengthInMinutesOptions", #"["60"]"#),
    ("lengthInMinutesOptions", "60"), ("lengthInMinutesOptions", "[]"),
    ("description", "7"), ("locations", "[]"), ("locations", #"[{"type":"moon"}]"#), ("locations", "{}"),
    ("locations", #"[{"type":"address"}]"#),
    ("locations", #"[{"type":"link","link":"no link","public":true}]"#),
    ("locations", #"[{"type":"link","link":"javascript:alert(1)","public":true}]"#),
    ("locations", #"[{"type":"organizersDefaultApp"}]"#), ("locations", #"[{"type":"integration"}]"#),
    ("locations", #"[{"type":"attendeePhone","x":1}]"#),
    ("disableGuests", "1"), ("slotInterval", "0"), ("slotInterval", "-5"), ("minimumBookingNotice", "-1"),
    ("beforeEventBuffer", "-1"), ("afterEventBuffer", "1.5"), ("offsetStart", "-1"), ("scheduleId", "987654"),
    ("bookerActiveBookingsLimit", #"{"maximumActiveBookings":0,"offerReschedule":false}"#),
    ("bookerActiveBookingsLimit", "{}"), ("onlyShowFirstAvailableSlot", #""yes""#),
    ("bookingWindow", "{}"), ("bookingWindow", #"{"type":"calendarDays"}"#),
    ("bookingWindow", #"{"type":"moons","value":3}"#),
    ("bookingWindow", #"{"type":"calendarDays","value":-1}"#),
    ("bookingWindow", #"{"type":"range","value":["2030-09-05"]}"#),
    ("bookingWindow", #"{"type":"range","value":["2030-09-09","2030-09-05"]}"#),
    ("bookingWindow", #"{"type":"range","value":["2030-02-30","2030-03-05"]}"#),
    ("bookingWindow", #"{"type":"range","value":3}"#),
    ("confirmationPolicy", #"{"type":"time","blockUnconfirmedBookingsInBooker":true}"#),
    ("confirmationPolicy", #"{"type":"never","blockUnconfirmedBookingsInBooker":true}"#),
    (
      "confirmationPolicy",
      #"{"type":"time","noticeThreshold":{"unit":"days","count":3},"blockUnconfirmedBookingsInBooker":true}"#
    ),
    (
      "confirmationPolicy",
      #"{"type":"time","noticeThreshold":{"unit":"hours","count":-3},"blockUnconfirmedBookingsInBooker":true}"#
    ),
    ("recurrence", #"{"interval":0,"occurrences":3,"frequency":"weekly"}"#),
    ("recurrence", #"{"interval":1,"occurrences":0,"frequency":"weekly"}"#),
    ("recurrence", #"{"interval":1,"occurrences":3,"frequency":"hourly"}"#), ("recurrence", "{}"),
    ("seats", #"{"seatsPerTimeSlot":0,"showAttendeeInfo":true,"showAvailabilityCount":true}"#),
    ("seats", #"{"seatsPerTimeSlot":1001,"showAttendeeInfo":true,"showAvailabilityCount":true}"#),
    ("seats", "5"),
    ("bookerLayouts", #"{"defaultLayout":"column","enabledLayouts":["month","week"]}"#),
    ("bookerLayouts", #"{"defaultLayout":"year","enabledLayouts":["year"]}"#),
    ("color", #"{"lightThemeColor":"red","darkThemeColor":"blue"}"#), ("successRedirectUrl", #""nowhere""#),
    ("successRedirectUrl", #""javascript:alert(1)""#), ("hidden", #""true""#),
    ("bookingFields", #"[{"type":"select","slug":"x","label":"X","required":true}]"#),
    ("bookingFields", #"[{"type":"radio","slug":"x","label":"X","required":true,"options":[]}]"#),
    ("bookingFields", #"[{"type":"moon","slug":"x","label":"X","required":true}]"#),
    ("bookingFields", #"[{"type":"text","label":"X","required":true}]"#),
    ("bookingFields", #"[{"type":"text","slug":"x","label":"X","required":"yes"}]"#),
    ("bookingFields", #"[{"type":"text","slug":"x","label":"X","required":true,"x":1}]"#),
    ("bookingFields", "{}"),
    ("metadata", "7"), ("price", "100"), ("currency", #""eur""#), ("nonsense", "1"),
  ]

  @Test func `what is refused is named, on create and on change, and changes nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.eventType("plain", length: 60, of: ana)
      let before = try await origin.get("/v2/event-types/\(id)", as: ana).data
      for (key, value) in Self.refused {
        let others = [("title", #""T""#), ("slug", #""t""#), ("lengthInMinutes", "60")].filter { $0.0 != key }
          .map { #""\#($0.0)":\#($0.1)"# }.joined(separator: ",")
        let made = try await origin.post("/v2/event-types", #"{\#(others),"\#(key)":\#(value)}"#, as: ana)
        #expect(made.status == 400, "\(key): \(value) \(made.text)")
        #expect(
          !made.fields.isEmpty && made.fields.allSatisfy { $0 == key || $0.hasPrefix("\(key).") },
          "\(key): \(value) \(made.text)")
        let changed = try await origin.patch("/v2/event-types/\(id)", #"{"\#(key)":\#(value)}"#, as: ana)
        #expect(changed.status == 400, "\(key): \(value) \(changed.text)")
      }
      #expect(try await origin.get("/v2/event-types/\(id)", as: ana).data == before)
      let both = try await origin.post(
        "/v2/event-types",
        #"{\#(Self.least),"bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":false},"#
          + #""recurrence":{"interval":1,"occurrences":2,"frequency":"weekly"}}"#, as: ana)
      #expect(both.status == 400 && !both.fields.isEmpty, "\(both.text)")
      #expect(
        try await origin.post("/v2/event-types", "{}", as: ana).fields == [
          "lengthInMinutes", "slug", "title",
        ])
      for body in ["", "[]", "7", "{", "null"] {
        #expect(try await origin.post("/v2/event-types", body, as: ana).status == 400, "\(body)")
      }
    }
  }

  @Test(arguments: [
    ("bookingWindow", #"{"type":"calendarDays","value":3}"#), ("bookingLimitsCount", #"{"day":3}"#),
    ("bookingLimitsDuration", #"{"day":30}"#),
    ("bookerActiveBookingsLimit", #"{"maximumActiveBookings":1,"offerReschedule":false}"#),
    ("confirmationPolicy", #"{"type":"always","blockUnconfirmedBookingsInBooker":true}"#),
    ("seats", #"{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#),
    ("recurrence", #"{"interval":1,"occurrences":2,"frequency":"weekly"}"#),
  ])
  func `each rule is switched off again`(_ key: String, _ value: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let plain = try await origin.eventType("plain", length: 60, of: ana)
      let id = try await origin.eventType("a", length: 60, more: #""\#(key)":\#(value)"#, of: ana)
      let off = try await origin.patch("/v2/event-types/\(id)", #"{"\#(key)":{"disabled":true}}"#, as: ana)
      #expect(off.status == 200, "\(off.text)")
      #expect(off.data[key] == (try await origin.get("/v2/event-types/\(plain)", as: ana).data[key]))
    }
  }

  @Test func `custom fields of every type read back, after those that are always there`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let plain = ["phone", "address", "text", "number", "textarea", "multiemail", "boolean", "url"]
      let choices = ["select", "multiselect", "checkbox", "radio"]
      let fields =
        plain.map { #"{"type":"\#($0)","slug":"f-\#($0)","label":"L","required":false,"placeholder":"P"}"# }
        + choices.map {
          #"{"type":"\#($0)","slug":"f-\#($0)","label":"L","required":true,"options":["a","b"]}"#
        }
      let made = try await origin.post(
        "/v2/event-types", #"{\#(Self.least),"bookingFields":[\#(fields.joined(separator: ","))]}"#, as: ana)
      #expect(made.status == 201, "\(made.text)")
      let read = made.data["bookingFields"]?.array ?? []
      for type in plain + choices {
        let field = read.first { $0["type"]?.string == type }
        #expect(field?["slug"]?.string == "f-\(type)" && field?["isDefault"] == .bool(false), "\(type)")
        #expect(field?["required"] == .bool(choices.contains(type)))
      }
      #expect(
        read.filter { $0["isDefault"] == .bool(true) }.compactMap { $0["type"]?.string } == ["name", "email"])
    }
  }

  @Test func `the public does not see hidden fields, the owner does`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      _ = try await origin.eventType(
        "a", length: 60,
        more:
          #""bookingFields":[{"type":"text","slug":"secret","label":"S","required":false,"hidden":true}]"#,
        of: ana)
      func slugs(_ person: Person?) async throws -> [String?] {
        let list = try await origin.get("/v2/event-types?username=ana&eventSlug=a", as: person)
        return list.data.array?.first?["bookingFields"]?.array?.map { $0["slug"]?.string } ?? []
      }
      #expect(try await slugs(nil).contains("secret") == false)
      #expect(try await slugs(ana).contains("secret"))
    }
  }
}
