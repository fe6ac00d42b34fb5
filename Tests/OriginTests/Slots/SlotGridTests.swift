import JSON
import Testing

@testable import Origin

/// slots.md 2.1: grid, length, interval, offset; read and booked through the API.
@Suite struct SlotGridTests {
  @Test(arguments: [(60, 24, "23:00"), (20, 72, "23:40"), (1440, 1, "00:00")])
  func `13, 15: a day of 24 hours is full of slots`(_ length: Int, _ count: Int, _ last: String) async throws
  {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: length, schedule: all, of: ana)
      let query = "start=2050-09-05&end=2050-09-05"
      let day = try await origin.slots("eventTypeId=\(id)&\(query)")["2050-09-05"]
      #expect(day?.count == count && day?.first == "00:00" && day?.last == last)
      try await origin.checkEdges(query, of: id)
    }
  }

  @Test func `17: each range of a day is walked from its own start`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let two = try await origin.schedule(
        "UTC",
        availability: #"{"days":["Monday"],"startTime":"11:00","endTime":"12:00"},"#
          + #"{"days":["Monday"],"startTime":"14:00","endTime":"15:00"}"#, of: ana)
      let id = try await origin.eventType("a", length: 20, schedule: two, of: ana)
      let query = "start=2050-09-05&end=2050-09-06"
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(query)")
          == ["2050-09-05": ["11:00", "11:20", "11:40", "14:00", "14:20", "14:40"]])
      try await origin.checkEdges(
        query, of: id, unlisted: ["2050-09-05T12:00:00Z", "2050-09-05T13:40:00Z", "2050-09-05T15:00:00Z"])
    }
  }

  @Test func `21: the first start is rounded up to the full hour of the requested zone`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let early = try await origin.schedule("Asia/Kolkata", "07:30", "09:30", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: early, of: ana)
      let query = try origin.istDay("2050-09-05")
      let answer = try await origin.get("/v2/slots?eventTypeId=\(id)&\(query)")
      #expect(
        answer.data["2050-09-05"]?.array?.map { $0["start"]?.string } == ["2050-09-05T08:00:00.000+05:30"])
      try await origin.checkEdges(
        query, of: id, zone: "Asia/Kolkata", unlisted: ["2050-09-05T02:00:00Z", "2050-09-05T03:00:00Z"])
    }
  }

  @Test func `10: a booking is held against the grid of its attendee's zone`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: ist, of: ana)
      #expect(try await origin.book(id, "2050-09-05T04:00:00Z", timeZone: "Asia/Kolkata").status == 400)
      #expect(try await origin.book(id, "2050-09-05T04:30:00Z", timeZone: "UTC").status == 400)
      #expect(try await origin.book(id, "2050-09-05T04:00:00Z", timeZone: "Pacific/Pago_Pago").status == 201)
      #expect(try await origin.book(id, "2050-09-06T04:30:00Z", timeZone: "Asia/Kolkata").status == 201)
    }
  }

  @Test func `offsetStart moves the first start and widens each step`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "a", length: 60, schedule: nine, more: #""offsetStart":15"#, of: ana)
      let query = "start=2050-09-05&end=2050-09-05"
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(query)")["2050-09-05"]
          == ["09:15", "10:30", "11:45", "13:00", "14:15", "15:30"])
      try await origin.checkEdges(query, of: id, unlisted: ["2050-09-05T09:00:00Z", "2050-09-05T10:15:00Z"])
    }
  }

  @Test func `the requested duration is the step and the length; one not offered is a 400`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "a", length: 30, schedule: nine, more: #""lengthInMinutesOptions":[15,30,60]"#, of: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots(query)["2050-09-05"]?.count == 16)
      #expect(try await origin.slots("\(query)&duration=15")["2050-09-05"]?.count == 32)
      #expect(try await origin.slots("\(query)&duration=60")["2050-09-05"]?.last == "16:00")
      let range = try await origin.get("/v2/slots?\(query)&duration=15&format=range")
      #expect(range.data["2050-09-05"]?.array?.first?["end"]?.string == "2050-09-05T09:15:00.000Z")
      let refused = try await origin.get("/v2/slots?\(query)&duration=45")
      #expect(refused.status == 400 && refused.fields == ["duration"])
      let booked = try await origin.book(id, "2050-09-05T16:45:00Z", more: #""lengthInMinutes":15"#)
      #expect(booked.status == 201 && booked.data["end"]?.string == "2050-09-05T17:00:00.000Z")
      let late = try await origin.book(id, "2050-09-05T16:30:00Z", more: #""lengthInMinutes":60"#)
      #expect(late.status == 400, "\(late.text)")
    }
  }

  @Test func `the first slot of each day only: the others are not listed`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "a", length: 60, schedule: nine, more: #""onlyShowFirstAvailableSlot":true"#, of: ana)
      let query = "start=2050-09-05&end=2050-09-06"
      #expect(
        try await origin.slots("eventTypeId=\(id)&\(query)")
          == ["2050-09-05": ["09:00"], "2050-09-06": ["09:00"]])
      try await origin.checkEdges(query, of: id, unlisted: ["2050-09-05T10:00:00Z"])
      #expect(try await origin.slots("eventTypeId=\(id)&\(query)")["2050-09-05"] == ["10:00"])
    }
  }
}
