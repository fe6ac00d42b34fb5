import JSON
import Testing

@testable import Origin

/// What takes time and what does not: absences, bookings by their status, buffers, external busy times.
@Suite struct SlotBusyTests {
  static let week = "start=2050-09-05&end=2050-09-09"

  private func rome(_ origin: TestOrigin, _ ana: Person, more: String = "") async throws -> Int {
    let schedule = try await origin.schedule(
      "Europe/Rome", "09:00", "17:00", days: Array(TestOrigin.everyDay.prefix(5)), of: ana)
    return try await origin.eventType("rome", length: 60, schedule: schedule, more: more, of: ana)
  }

  @Test func `40: out of office closes its days until it is taken back`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let away = try await origin.post(
        "/v2/me/ooo", #"{"start":"2050-09-06T00:00:00Z","end":"2050-09-09T23:59:00Z"}"#, as: ana)
      #expect(away.status == 201, "\(away.text)")
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(Self.week)") == ["2050-09-05": SlotExampleTests.rome])
      try await origin.checkEdges(
        Self.week, of: id, unlisted: ["2050-09-06T07:00:00Z", "2050-09-09T14:00:00Z"])
      let absence = try #require(away.data["id"]?.int)
      #expect(try await origin.delete("/v2/me/ooo/\(absence)", as: ana).status == 200)
      #expect(try await origin.slots("eventTypeId=\(id)&\(Self.week)").count == 5)
      #expect(try await origin.book(id, "2050-09-09T14:00:00Z").status == 201)
    }
  }

  @Test func `33: rejected, cancelled and pending bookings do not block`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let odd = try await origin.eventType(
        "odd", length: 45, schedule: ist, more: #""slotInterval":45"#, of: ana)
      let asked = try await origin.eventType(
        "asked", length: 15, schedule: ist,
        more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#, of: ana)
      var uids: [String] = []
      for hour in ["04", "05", "06"] {
        let pending = try await origin.book(asked, "2050-09-05T\(hour):00:00Z", timeZone: "Asia/Kolkata")
        #expect(pending.status == 201 && pending.data["status"]?.string == "pending", "\(pending.text)")
        uids.append(try #require(pending.data["uid"]?.string))
      }
      #expect(
        try await origin.post("/v2/bookings/\(uids[0])/decline", as: ana).data["status"]?.string == "rejected"
      )
      #expect(try await origin.post("/v2/bookings/\(uids[1])/cancel").data["status"]?.string == "cancelled")
      let query = try origin.istDay("2050-09-05")
      #expect(
        try await origin.utcSlots("eventTypeId=\(odd)&\(query)")["2050-09-05"] == SlotExampleTests.ist45)
      #expect(
        try await origin.post("/v2/bookings/\(uids[2])/confirm", as: ana).data["status"]?.string == "accepted"
      )
      let after = try await origin.utcSlots("eventTypeId=\(odd)&\(query)")["2050-09-05"]
      #expect(after?.prefix(4) == ["04:00", "04:45", "06:15", "07:00"], "\(after ?? [])")
      try await origin.checkEdges(
        query, of: odd, zone: "Asia/Kolkata", unlisted: ["2050-09-05T05:30:00Z", "2050-09-05T06:00:00Z"])
    }
  }

  @Test(arguments: [true, false])
  func `pending bookings block only where the event type says so`(_ blocks: Bool) async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(
        origin, ana,
        more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":\#(blocks)}"#)
      let day = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      let pending = try await origin.book(id, "2050-09-05T07:00:00Z")
      let uid = try #require(pending.data["uid"]?.string)
      #expect(try await origin.slots(day)["2050-09-05"]?.contains("07:00") == !blocks)
      let second = try await origin.book(id, "2050-09-05T07:00:00Z", email: "mia@mail.test")
      #expect(second.status == (blocks ? 400 : 201), "\(second.text)")
      if blocks {
        #expect(try await origin.post("/v2/bookings/\(uid)/decline", as: ana).status == 200)
        #expect(try await origin.slots(day)["2050-09-05"]?.contains("07:00") == true)
      } else {
        // The first that is confirmed has the time; the other cannot have it too.
        #expect(try await origin.post("/v2/bookings/\(uid)/confirm", as: ana).status == 200)
        #expect(try await origin.slots(day)["2050-09-05"]?.contains("07:00") == false)
        let other = try #require(second.data["uid"]?.string)
        let late = try await origin.post("/v2/bookings/\(other)/confirm", as: ana)
        #expect(late.status == 400 && late.reason == "slot_taken", "\(late.text)")
      }
    }
  }

  @Test func `38: the booking that moves does not block, however the event type is asked for`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await rome(origin, ana)
      let uid = try #require(try await origin.book(id, "2050-09-05T11:00:00Z").data["uid"]?.string)
      for mode in ["eventTypeId=\(id)", "eventTypeSlug=rome&username=ana", "eventTypeId=\(id)&format=range"] {
        let query = "\(mode)&\(Self.week)"
        #expect(try await origin.slots(query)["2050-09-05"]?.count == 7)
        let moving = try await origin.slots("\(query)&bookingUidToReschedule=\(uid)")
        #expect(moving.count == 5 && moving.values.allSatisfy { $0 == SlotExampleTests.rome })
      }
      let zoned = try await origin.get(
        "/v2/slots?eventTypeId=\(id)&\(Self.week)&timeZone=Europe/Rome&bookingUidToReschedule=\(uid)")
      #expect(
        zoned.data["2050-09-05"]?.array?.contains { $0["start"]?.string == "2050-09-05T13:00:00.000+02:00" }
          == true)
      for ignored in ["", "unknown", String(repeating: "x", count: 5000), "%00", "'%20OR%201=1"] {
        let same = try await origin.slots("eventTypeId=\(id)&\(Self.week)&bookingUidToReschedule=\(ignored)")
        #expect(same["2050-09-05"]?.count == 7)
      }
    }
  }

  @Test func `our bookings keep their buffers, and the new event's come on top`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let long = try await origin.eventType(
        "long", length: 60, schedule: nine,
        more: #""slotInterval":5,"beforeEventBuffer":15,"afterEventBuffer":30"#,
        of: ana)
      let short = try await origin.eventType(
        "short", length: 30, schedule: nine,
        more: #""slotInterval":5,"beforeEventBuffer":10,"afterEventBuffer":5"#,
        of: ana)
      // Buffers may stick out of the hours.
      let query = "start=2050-09-05&end=2050-09-05"
      let before = try await origin.slots("eventTypeId=\(long)&\(query)")["2050-09-05"]
      #expect(before?.first == "09:00" && before?.last == "16:00")
      #expect(try await origin.book(long, "2050-09-05T12:00:00Z").status == 201)
      let shorts = try await origin.slots("eventTypeId=\(short)&\(query)")["2050-09-05"] ?? []
      #expect(
        shorts.last { $0 < "12:00" } == "11:10" && shorts.first { $0 > "12:00" } == "13:40", "\(shorts)")
      for start in ["11:15", "13:35"] {
        #expect(try await origin.book(short, "2050-09-05T\(start):00Z").status == 400)
      }
      for start in ["11:10", "13:40"] {
        #expect(try await origin.book(short, "2050-09-05T\(start):00Z").status == 201, "\(start)")
      }
      try await origin.checkEdges(
        query, of: long, unlisted: ["2050-09-05T16:05:00Z", "2050-09-05T08:55:00Z"])
    }
  }

  @Test func `against external busy time only the new event's buffers count`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "long", length: 60, schedule: nine,
        more: #""slotInterval":5,"beforeEventBuffer":15,"afterEventBuffer":30"#,
        of: ana)
      let busy = try await origin.post(
        "/v2/me/busy", #"{"start":"2050-09-05T12:00:00Z","end":"2050-09-05T13:00:00Z"}"#, as: ana)
      #expect(busy.status == 201, "\(busy.text)")
      let query = "start=2050-09-05&end=2050-09-05"
      let day = try await origin.slots("eventTypeId=\(id)&\(query)")["2050-09-05"] ?? []
      #expect(day.last { $0 < "12:00" } == "10:30" && day.first { $0 > "12:00" } == "13:15", "\(day)")
      for start in ["10:35", "13:10"] {
        #expect(try await origin.book(id, "2050-09-05T\(start):00Z").status == 400)
      }
      for start in ["10:30", "13:15"] {
        #expect(try await origin.book(id, "2050-09-05T\(start):00Z").status == 201, "\(start)")
      }
    }
  }
}
