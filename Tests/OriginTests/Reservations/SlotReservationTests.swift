import Foundation
import JSON
import Testing

@testable import Origin

/// slots.md 93 to 103 and api.md 1.2, each status of its table.
@Suite struct SlotReservationTests {
  static let path = "/v2/slots/reservations"
  static let day = "start=2050-09-05&end=2050-09-09"

  private func rome(_ origin: TestOrigin, _ ana: Person, more: String = "") async throws -> Int {
    let schedule = try await origin.schedule(
      "Europe/Rome", "09:00", "17:00", days: Array(TestOrigin.everyDay.prefix(5)), of: ana)
    return try await origin.eventType("rome", length: 60, schedule: schedule, more: more, of: ana)
  }

  private func reserve(
    _ origin: TestOrigin, _ id: Int, _ time: String, more: String = "", as person: Person? = nil
  ) async throws -> Answer {
    try await origin.post(Self.path, Self.body(id, time, more), as: person)
  }

  private static func body(_ id: Int, _ time: String, _ more: String = "") -> String {
    #"{"eventTypeId":\#(id),"slotStart":"2050-09-05T\#(time):00Z"\#(more.isEmpty ? "" : ",\(more)")}"#
  }

  @Test func `93 to 96: a slot is reserved, moved, and given back`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let query = "eventTypeId=\(id)&\(Self.day)"
      let all = try await origin.slots(query)
      let kept = try await reserve(origin, id, "10:00")
      #expect(kept.status == 201, "\(kept.text)")
      let uid = try #require(kept.data["reservationUid"]?.string)
      #expect(kept.data["eventTypeId"]?.int == id && kept.data["slotDuration"]?.int == 60)
      #expect(kept.data["slotStart"]?.string == "2050-09-05T10:00:00.000Z")
      #expect(kept.data["slotEnd"]?.string == "2050-09-05T11:00:00.000Z")
      #expect(kept.data["reservationDuration"]?.int == 5)
      #expect(kept.data["reservationUntil"]?.string == "2050-09-01T00:05:00.000Z")
      let read = try await origin.get("\(Self.path)/\(uid)")
      #expect(read.status == 200 && read.data["reservationDuration"] == nil)
      for key in [
        "eventTypeId", "slotStart", "slotEnd", "slotDuration", "reservationUid", "reservationUntil",
      ] {
        #expect(read.data[key] == kept.data[key], "\(key)")
      }
      #expect(try await origin.slots(query)["2050-09-05"] == SlotExampleTests.rome.filter { $0 != "10:00" })
      for time in ["10:00", "10:15", "09:45", "10:10"] {
        let refused = try await reserve(origin, id, time)
        #expect(refused.status == 422, "\(time) \(refused.text)")
        #expect(
          refused.json["error"]?["message"]?.string?
            .hasPrefix("This time slot is already reserved by another user.") == true,
          "\(time) \(refused.text)")
      }
      origin.clock.hold(origin.clock.now.addingTimeInterval(60))
      let moved = try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "13:00"))
      #expect(moved.status == 200 && moved.data["reservationUid"]?.string == uid, "\(moved.text)")
      #expect(moved.data["slotStart"]?.string == "2050-09-05T13:00:00.000Z")
      #expect(moved.data["reservationUntil"]?.string == "2050-09-01T00:06:00.000Z")
      #expect(try await origin.slots(query)["2050-09-05"] == SlotExampleTests.rome.filter { $0 != "13:00" })
      let gone = try await origin.delete("\(Self.path)/\(uid)")
      #expect(gone.status == 200 && gone.json["status"]?.string == "success")
      #expect(try await origin.slots(query) == all)
    }
  }

  @Test func `a reservation passes by itself, can be renewed in place, and a refused move keeps it`()
    async throws
  {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let query = "eventTypeId=\(id)&\(Self.day)"
      let first = try await reserve(origin, id, "10:00")
      let uid = try #require(first.data["reservationUid"]?.string)
      #expect(try await reserve(origin, id, "11:00").status == 201)
      let refused = try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "11:00"))
      #expect(refused.status == 422, "\(refused.text)")
      #expect(try await origin.get("\(Self.path)/\(uid)").data["slotStart"] == first.data["slotStart"])
      origin.clock.hold(origin.clock.now.addingTimeInterval(240))
      let renewed = try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "10:00"))
      #expect(
        renewed.status == 200 && renewed.data["reservationUntil"]?.string == "2050-09-01T00:09:00.000Z",
        "\(renewed.text)")
      origin.clock.hold(origin.clock.now.addingTimeInterval(120))
      // The other one is over.
      #expect(try await origin.slots(query)["2050-09-05"] == SlotExampleTests.rome.filter { $0 != "10:00" })
      origin.clock.hold(origin.clock.now.addingTimeInterval(200))
      #expect(try await origin.slots(query)["2050-09-05"] == SlotExampleTests.rome)
      let over = try await origin.get("\(Self.path)/\(uid)")
      #expect(over.status == 200 && over.data == .null)
      #expect(try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "10:00")).status == 404)
      #expect(try await reserve(origin, id, "10:00").status == 201)
    }
  }

  @Test func `a reserved time is refused to others, who hear for how long, and booked by its uid`()
    async throws
  {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let kept = try await reserve(origin, id, "10:00")
      let uid = try #require(kept.data["reservationUid"]?.string)
      origin.clock.hold(origin.clock.now.addingTimeInterval(60))
      for more in ["", #""reservedSlotUid":"unknown""#] {
        let refused = try await origin.book(id, "2050-09-05T10:00:00Z", more: more)
        #expect(refused.status == 400 && refused.reason == "reserved", "\(refused.text)")
        #expect(refused.json["error"]?["details"]?["seconds"]?.int == 240)
      }
      let booked = try await origin.book(id, "2050-09-05T10:00:00Z", more: #""reservedSlotUid":"\#(uid)""#)
      #expect(booked.status == 201, "\(booked.text)")
      #expect(try await origin.get("\(Self.path)/\(uid)").data == .null)
    }
  }

  @Test func `100: for how long is the choice of people of the house only`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let mia = try await origin.signUp("mia")
      let eve = try await origin.signUp("eve")
      _ = try await origin.team("clinic", of: ana, with: mia)
      let id = try await rome(origin, ana)
      let ten = #""reservationDuration":10"#
      #expect(try await reserve(origin, id, "10:00", more: ten).status == 401)
      #expect(try await reserve(origin, id, "10:00", more: ten, as: eve).status == 403)
      for (person, time) in [(ana, "10:00"), (mia, "11:00")] {
        let kept = try await reserve(origin, id, time, more: ten, as: person)
        #expect(kept.status == 201 && kept.data["reservationDuration"]?.int == 10, "\(kept.text)")
        #expect(kept.data["reservationUntil"]?.string == "2050-09-01T00:10:00.000Z")
      }
      let usual = try await reserve(origin, id, "12:00", as: eve)
      #expect(usual.status == 201 && usual.data["reservationDuration"]?.int == 5)
      let uid = try #require(usual.data["reservationUid"]?.string)
      #expect(try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "12:00", ten)).status == 401)
      #expect(
        try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "12:00", ten), as: eve).status == 403)
    }
  }

  @Test func `100: of a team's event type too`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let mia = try await origin.signUp("mia")
      let eve = try await origin.signUp("eve")
      let team = try await origin.team("clinic", of: ana, with: mia)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(ana), team: team, by: ana)
      let ten = #""reservationDuration":10"#
      #expect(try await reserve(origin, id, "10:00", more: ten).status == 401)
      #expect(try await reserve(origin, id, "10:00", more: ten, as: eve).status == 403)
      #expect(try await reserve(origin, id, "10:00", more: ten, as: mia).status == 201)
    }
  }

  @Test(arguments: ["accepted", "pending"])
  func `102: what is booked or asked for cannot be reserved`(_ status: String) async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let asked = #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#
      let id = try await rome(origin, ana, more: status == "pending" ? asked : "")
      let booked = try await origin.book(id, "2050-09-05T10:00:00Z")
      #expect(booked.data["status"]?.string == status, "\(booked.text)")
      let refused = try await reserve(origin, id, "10:00")
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        refused.json["error"]?["message"]?.string == "Can't reserve a slot if the event is already booked.")
    }
  }

  @Test(arguments: ["cancelled", "rejected"])
  func `103: what was cancelled or rejected can be reserved`(_ status: String) async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let asked = #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#
      let id = try await rome(origin, ana, more: status == "rejected" ? asked : "")
      let uid = try #require(try await origin.book(id, "2050-09-05T10:00:00Z").data["uid"]?.string)
      let end =
        status == "rejected"
        ? try await origin.post("/v2/bookings/\(uid)/decline", as: ana)
        : try await origin.post("/v2/bookings/\(uid)/cancel")
      #expect(end.data["status"]?.string == status, "\(end.text)")
      #expect(try await reserve(origin, id, "10:00").status == 201)
    }
  }

  @Test func `400: bad starts and durations; 404: unknown ones`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let many = try await origin.eventType(
        "many", length: 30, schedule: nine, more: #""lengthInMinutesOptions":[15,30]"#, of: ana)
      let cases: [(String, [String])] = [
        ("{}", ["eventTypeId", "slotStart"]), (#"{"eventTypeId":\#(id),"slotStart":"soon"}"#, ["slotStart"]),
        (#"{"eventTypeId":\#(id),"slotStart":7}"#, ["slotStart"]),
        (#"{"eventTypeId":"x","slotStart":"2050-09-05T10:00:00Z","y":1}"#, ["eventTypeId", "y"]),
        (Self.body(id, "10:00", #""reservationDuration":0"#), ["reservationDuration"]),
        (Self.body(id, "10:00", #""slotDuration":0"#), ["slotDuration"]),
      ]
      for (body, fields) in cases {
        let refused = try await origin.post(Self.path, body)
        #expect(refused.status == 400 && refused.fields == fields, "\(body) \(refused.text)")
      }
      for body in [
        Self.body(id, "10:00", #""slotDuration":60"#), Self.body(many, "10:00", #""slotDuration":45"#),
        Self.body(id, "06:00"), Self.body(id, "10:10"),
        #"{"eventTypeId":\#(id),"slotStart":"2050-08-05T10:00:00Z"}"#,
      ] {
        let refused = try await origin.post(Self.path, body)
        #expect(refused.status == 400, "\(body) \(refused.text)")
      }
      let short = try await origin.post(Self.path, Self.body(many, "10:00", #""slotDuration":15"#))
      #expect(
        short.status == 201 && short.data["slotEnd"]?.string == "2050-09-05T10:15:00.000Z", "\(short.text)")
      #expect(short.data["slotDuration"]?.int == 15)
      #expect(try await reserve(origin, 987_654, "10:00").status == 404)
      for uid in ["unknown", "0d1f2c7e-6a0e-4b4e-9f0a-1f0b6f7f2a11", String(repeating: "9", count: 500)] {
        let read = try await origin.get("\(Self.path)/\(uid)")
        #expect(read.status == 200 && read.data == .null, "\(read.text)")
        #expect(try await origin.patch("\(Self.path)/\(uid)", Self.body(id, "10:00")).status == 404)
      }
    }
  }

  @Test func `a round robin can be reserved while one host is free`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob)
      let id = try await origin.teamType(
        "any", "roundRobin", hosts: origin.hostList(ana, bob), team: team, by: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.book(id, "2050-09-05T10:00:00Z").status == 201)
      let kept = try await reserve(origin, id, "10:00")
      #expect(kept.status == 201, "\(kept.text)")
      #expect(try await origin.slots(query)["2050-09-05"]?.contains("10:00") == false)
      #expect(try await reserve(origin, id, "10:00").status == 422)
      for _ in 1...2 { #expect(try await reserve(origin, id, "12:00").status == 201) }
      #expect(try await reserve(origin, id, "12:00").status == 422)
      let uid = try #require(kept.data["reservationUid"]?.string)
      let booked = try await origin.book(id, "2050-09-05T10:00:00Z", more: #""reservedSlotUid":"\#(uid)""#)
      #expect(booked.status == 201, "\(booked.text)")
    }
  }

  @Test(arguments: [("Asia/Kolkata", "04:30"), ("Asia/Kathmandu", "04:15"), ("UTC", "05:00")])
  func `what is listed in the zone of a booker can be reserved and booked`(_ zone: String, _ time: String)
    async throws
  {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: ist, of: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05T00:00:00Z&end=2050-09-05T20:00:00Z&timeZone=\(zone)"
      #expect(try await origin.instants(query).contains("2050-09-05T\(time):00.000Z"))
      let kept = try await reserve(origin, id, time)
      #expect(kept.status == 201, "\(kept.text)")
      let uid = try #require(kept.data["reservationUid"]?.string)
      let booked = try await origin.book(
        id, "2050-09-05T\(time):00Z", timeZone: zone, more: #""reservedSlotUid":"\#(uid)""#)
      #expect(booked.status == 201, "\(booked.text)")
      #expect(try await reserve(origin, id, "07:10").status == 400)
    }
  }

  @Test func `of seats as many can be reserved as are left`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(
        origin, ana,
        more: #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#)
      #expect(try await origin.book(id, "2050-09-05T10:00:00Z").status == 201)
      let kept = try await reserve(origin, id, "10:00")
      #expect(kept.status == 201, "\(kept.text)")
      #expect(try await reserve(origin, id, "10:00").status == 201)
      let refused = try await reserve(origin, id, "10:00")
      #expect(refused.status == 422, "\(refused.text)")
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(Self.day)")["2050-09-05"]?.contains("10:00") == false)
      let other = try await origin.book(id, "2050-09-05T10:00:00Z", email: "b@mail.test")
      #expect(other.status == 400 || other.status == 409, "\(other.text)")
      let uid = try #require(kept.data["reservationUid"]?.string)
      let booked = try await origin.book(
        id, "2050-09-05T10:00:00Z", email: "b@mail.test", more: #""reservedSlotUid":"\#(uid)""#)
      #expect(booked.status == 201, "\(booked.text)")
    }
  }

  @Test func `of many who reserve at once one has the slot`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let answers = try await origin.together(12) { _ in
        try await origin.post(Self.path, Self.body(id, "10:00"))
      }
      #expect(answers.filter { $0.status == 201 }.count == 1)
      #expect(answers.filter { $0.status == 422 }.count == 11, "\(answers.map(\.status))")
    }
  }
}
