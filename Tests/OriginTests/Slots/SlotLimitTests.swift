import JSON
import Testing

@testable import Origin

/// slots.md 2.8 and the booking limits of a team.
@Suite struct SlotLimitTests {
  static let day = "start=2050-09-04T18:00:00Z&end=2050-09-05T17:59:59Z&timeZone=Asia/Dhaka"
  static let threeDays = "start=2050-09-03T18:00:00Z&end=2050-09-06T17:59:59Z&timeZone=Asia/Dhaka"

  private func type(_ origin: TestOrigin, _ limits: String, of ana: Person) async throws -> Int {
    let dhaka = try await origin.schedule("Asia/Dhaka", "00:00", "23:59", of: ana)
    return try await origin.eventType("a", length: 60, schedule: dhaka, more: limits, of: ana)
  }

  @Test func `74: one a day closes that day of the schedule's zone, not its neighbours`() async throws {
    try await TestOrigin.run(now: "2050-08-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await type(origin, #""bookingLimitsCount":{"day":1}"#, of: ana)
      #expect(try await origin.utcSlots("eventTypeId=\(id)&\(Self.day)")["2050-09-05"]?.count == 24)
      let booked = try await origin.book(id, "2050-09-05T08:00:00Z", timeZone: "Asia/Dhaka")
      let days = try await origin.utcSlots("eventTypeId=\(id)&\(Self.threeDays)")
      #expect(days.mapValues(\.count) == ["2050-09-04": 24, "2050-09-06": 24])
      for start in ["2050-09-04T18:00:00Z", "2050-09-05T17:00:00Z"] {
        let refused = try await origin.book(id, start, timeZone: "Asia/Dhaka")
        #expect(refused.status == 400 && refused.reason == "limit_reached", "\(refused.text)")
      }
      let uid = try #require(booked.data["uid"]?.string)
      // A booking that moves does not count against itself.
      let moved = try await origin.post(
        "/v2/bookings/\(uid)/reschedule", #"{"start":"2050-09-05T10:00:00Z"}"#)
      #expect(moved.status == 201, "\(moved.text)")
      let next = try #require(moved.data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(next)/cancel").status == 200)
      #expect(try await origin.utcSlots("eventTypeId=\(id)&\(Self.day)")["2050-09-05"]?.count == 24)
      try await origin.checkEdges(Self.threeDays, of: id, zone: "Asia/Dhaka")
    }
  }

  @Test func `75: two a day leave the other hours open after the first`() async throws {
    try await TestOrigin.run(now: "2050-08-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await type(origin, #""bookingLimitsCount":{"day":2}"#, of: ana)
      #expect(try await origin.book(id, "2050-09-05T08:00:00Z", timeZone: "Asia/Dhaka").status == 201)
      let day = try await origin.utcSlots("eventTypeId=\(id)&\(Self.day)")["2050-09-05"]
      #expect(day?.count == 23 && day?.contains("08:00") == false)
      try await origin.checkEdges(Self.day, of: id, zone: "Asia/Dhaka", onlyFirst: true)
      #expect(try await origin.utcSlots("eventTypeId=\(id)&\(Self.day)").isEmpty)
    }
  }

  @Test func `78: two hours a day are two bookings of one`() async throws {
    try await TestOrigin.run(now: "2050-08-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await type(origin, #""bookingLimitsDuration":{"day":120}"#, of: ana)
      for hour in ["08", "10"] {
        #expect(try await origin.book(id, "2050-09-05T\(hour):00:00Z", timeZone: "Asia/Dhaka").status == 201)
      }
      let days = try await origin.utcSlots("eventTypeId=\(id)&\(Self.threeDays)")
      #expect(days.mapValues(\.count) == ["2050-09-04": 24, "2050-09-06": 24])
      let refused = try await origin.book(id, "2050-09-05T12:00:00Z", timeZone: "Asia/Dhaka")
      #expect(refused.status == 400 && refused.reason == "limit_reached", "\(refused.text)")
    }
  }

  @Test(arguments: ["month", "year"])
  func `months and years begin at midnight of the schedule's zone`(_ period: String) async throws {
    try await TestOrigin.run(now: "2050-08-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await type(origin, #""bookingLimitsCount":{"\#(period)":1}"#, of: ana)
      let (closed, open) =
        period == "month"
        ? ("2050-09-30T17:00:00Z", "2050-09-30T18:00:00Z") : ("2050-12-31T17:00:00Z", "2050-12-31T18:00:00Z")
      #expect(try await origin.book(id, "2050-09-05T08:00:00Z", timeZone: "Asia/Dhaka").status == 201)
      #expect(try await origin.book(id, closed, timeZone: "Asia/Dhaka").reason == "limit_reached")
      let query = "eventTypeId=\(id)&start=\(closed)&end=\(open.replacing(":00:00Z", with: ":30:00Z"))"
      #expect(
        try await origin.instants("\(query)&timeZone=Asia/Dhaka") == [open.replacing("Z", with: ".000Z")])
      #expect(try await origin.book(id, open, timeZone: "Asia/Dhaka").status == 201)
    }
  }

  @Test func `82: a shorter period may not allow more than a longer one`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      func create(_ slug: String, _ limits: String) async throws -> Answer {
        try await origin.post(
          "/v2/event-types", #"{"title":"T","slug":"\#(slug)","lengthInMinutes":30,\#(limits)}"#, as: ana)
      }
      for (index, limits) in [#"{"day":9,"year":25}"#, #"{"day":1,"year":1}"#, "{}", #"{"disabled":true}"#]
        .enumerated()
      {
        let made = try await create("a\(index)", #""bookingLimitsCount":\#(limits)"#)
        #expect(made.status == 201, "\(limits) \(made.text)")
        let minutes = limits.replacing("9", with: "90").replacing(":1", with: ":15").replacing(
          "25", with: "120")
        let timed = try await create("b\(index)", #""bookingLimitsDuration":\#(minutes)"#)
        #expect(timed.status == 201, "\(minutes) \(timed.text)")
      }
      for limits in [
        #"{"day":9,"month":5}"#, #"{"day":0}"#, #"{"day":1.5}"#, #"{"week":9,"year":5}"#, #"{"decade":1}"#,
        "7", "[]",
      ] {
        let refused = try await create("c", #""bookingLimitsCount":\#(limits)"#)
        #expect(refused.status == 400, "\(limits) \(refused.text)")
        #expect(refused.fields.allSatisfy { $0.hasPrefix("bookingLimitsCount") } && !refused.fields.isEmpty)
      }
      for limits in [#"{"day":14}"#, #"{"day":20}"#, #"{"day":60,"week":30}"#, #"{"day":0}"#] {
        let refused = try await create("c", #""bookingLimitsDuration":\#(limits)"#)
        #expect(refused.status == 400, "\(limits) \(refused.text)")
        #expect(
          refused.fields.allSatisfy { $0.hasPrefix("bookingLimitsDuration") } && !refused.fields.isEmpty)
      }
    }
  }

  @Test(arguments: [#""bookingLimitsCount":{"day":1}"#, #""bookingLimitsDuration":{"day":60}"#])
  func `limits of a team count all its event types together, and nobody else's`(_ limits: String) async throws
  {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob)
      let one = try await origin.teamType(
        "one", "collective", hosts: origin.hostList(ana), team: team, by: ana)
      let two = try await origin.teamType(
        "two", "roundRobin", hosts: origin.hostList(bob), team: team, by: ana)
      let own = try await origin.eventType("own", length: 60, of: bob)
      let query = "start=2050-09-05&end=2050-09-06"
      #expect(try await origin.patch("/v2/teams/\(team)", "{\(limits)}", as: ana).status == 200)
      #expect(try await origin.slots("eventTypeId=\(two)&\(query)").count == 2)
      // A host's own bookings are none of the team's.
      #expect(try await origin.book(own, "2050-09-06T09:00:00Z").status == 201)
      #expect(try await origin.book(one, "2050-09-05T09:00:00Z").status == 201)
      #expect(try await origin.slots("eventTypeId=\(two)&\(query)").keys.sorted() == ["2050-09-06"])
      #expect(
        try await origin.slots("eventTypeId=\(own)&\(query)").keys.sorted() == ["2050-09-05", "2050-09-06"])
      let refused = try await origin.book(two, "2050-09-05T12:00:00Z")
      #expect(refused.status == 400 && refused.reason == "limit_reached", "\(refused.text)")
      #expect(
        try await origin.patch(
          "/v2/teams/\(team)",
          #"{"bookingLimitsCount":{"disabled":true},"bookingLimitsDuration":{"disabled":true}}"#, as: ana
        ).status == 200)
      #expect(try await origin.slots("eventTypeId=\(two)&\(query)").count == 2)
      try await origin.checkEdges(query, of: two)
    }
  }

  @Test func `limits of a team follow the same rules as an event type's`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let team = try await origin.team("clinic", of: ana)
      let refused = try await origin.patch(
        "/v2/teams/\(team)",
        #"{"bookingLimitsCount":{"day":9,"month":5},"bookingLimitsDuration":{"day":20}}"#, as: ana)
      #expect(refused.status == 400 && refused.fields.count == 2, "\(refused.text)")
    }
  }
}
