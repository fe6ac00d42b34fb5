import JSON
import Scheduling
import Testing

@testable import Origin

/// The examples of slots.md, read through GET /v2/slots; the numbers are theirs. The first and the last instant of
/// what is listed are booked, and what is not listed is refused.
@Suite struct SlotExampleTests {
  static let rome = ["07:00", "08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]
  static let ist45 = [
    "04:00", "04:45", "05:30", "06:15", "07:00", "07:45", "08:30", "09:15", "10:00", "10:45", "11:30",
  ]
  static let istHours = ["04:30", "05:30", "06:30", "07:30", "08:30", "09:30", "10:30", "11:30"]

  /// "IST query for day D", printed in UTC so that the tables read like those of slots.md.
  private func istDay(_ day: String, before: String) -> String {
    "start=\(before)T18:30:00Z&end=\(day)T18:29:59Z&timeZone=Asia/Kolkata"
  }

  private func romeType(_ origin: TestOrigin, _ ana: Person) async throws -> Int {
    let schedule = try await origin.schedule(
      "Europe/Rome", "09:00", "17:00", days: Array(TestOrigin.everyDay.prefix(5)), of: ana)
    return try await origin.eventType("rome", length: 60, schedule: schedule, of: ana)
  }

  @Test func `1 to 5: a week in Rome, in UTC, in its own zone, and cut at either end`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let id = try await romeType(origin, ana)
      let week = try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-09")
      #expect(week.keys.sorted() == (5...9).map { "2050-09-0\($0)" })
      #expect(week.values.allSatisfy { $0 == Self.rome })
      let own = try await origin.get(
        "/v2/slots?eventTypeId=\(id)&start=2050-09-05&end=2050-09-09&timeZone=Europe/Rome")
      let first = own.data["2050-09-05"]?.array ?? []
      #expect(first.first?["start"]?.string == "2050-09-05T09:00:00.000+02:00")
      #expect(first.last?["start"]?.string == "2050-09-05T16:00:00.000+02:00")
      let late = try await origin.slots("eventTypeId=\(id)&start=2050-09-05T09:00:00.000Z&end=2050-09-09")
      #expect(late["2050-09-05"] == Array(Self.rome.dropFirst(2)) && late["2050-09-06"] == Self.rome)
      let early = try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-09T12:00:00.000Z")
      #expect(early["2050-09-09"] == Array(Self.rome.prefix(5)))
    }
  }

  @Test func `7, 9, 10, 11: length, grid of the requested zone, interval`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let half = try await origin.eventType("half", length: 30, schedule: ist, of: ana)
      let hour = try await origin.eventType("hour", length: 60, schedule: ist, of: ana)
      let odd = try await origin.eventType(
        "odd", length: 45, schedule: ist, more: #""slotInterval":45"#, of: ana)
      let day = istDay("2050-09-05", before: "2050-09-04")
      let halves = try await origin.utcSlots("eventTypeId=\(half)&\(day)")["2050-09-05"] ?? []
      #expect(halves.count == 17 && halves.first == "04:00" && halves.last == "12:00")
      #expect(try await origin.utcSlots("eventTypeId=\(hour)&\(day)")["2050-09-05"] == Self.istHours)
      let pago = "start=2050-09-05T04:00:00Z&end=2050-09-05T18:29:59Z&timeZone=Pacific/Pago_Pago"
      let other = try await origin.utcSlots("eventTypeId=\(hour)&\(pago)").values.flatMap { $0 }.sorted()
      #expect(other == ["04:00", "05:00", "06:00", "07:00", "08:00", "09:00", "10:00", "11:00"])
      #expect(try await origin.utcSlots("eventTypeId=\(odd)&\(day)")["2050-09-05"] == Self.ist45)
    }
  }

  @Test func `27, 28, 31: now, notice, and never a slot that begins now`() async throws {
    try await TestOrigin.run(now: "2021-06-20T11:59:59Z") { origin async throws in
      let ana = try await origin.signUp()
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let noticed = try await origin.eventType(
        "b", length: 60, schedule: all, more: #""minimumBookingNotice":1500"#, of: ana)
      let today =
        try await origin.slots("eventTypeId=\(id)&start=2021-06-20&end=2021-06-20")["2021-06-20"] ?? []
      #expect(today.count == 12 && today.first == "12:00")
      let next = try await origin.slots("eventTypeId=\(noticed)&start=2021-06-21&end=2021-06-21")
      #expect(next["2021-06-21"]?.count == 11 && next["2021-06-21"]?.first == "13:00")
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let hour = try await origin.eventType("c", length: 60, schedule: ist, of: ana)
      origin.clock.hold(try #require(Instant("2024-05-31T04:30:00Z")).date)
      let listed = try await origin.utcSlots(
        "eventTypeId=\(hour)&" + istDay("2024-05-31", before: "2024-05-30"))
      #expect(listed["2024-05-31"]?.first == "05:30")
    }
  }

  @Test func `34, 37, 38: bookings of any type block, and the one that moves does not`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await romeType(origin, ana)
      let uid = try #require(try await origin.book(id, "2050-09-05T11:00:00Z").data["uid"]?.string)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-09"
      #expect(try await origin.slots(query)["2050-09-05"] == Self.rome.filter { $0 != "11:00" })
      #expect(try await origin.slots("\(query)&bookingUidToReschedule=\(uid)")["2050-09-05"] == Self.rome)
      #expect(
        try await origin.slots("\(query)&bookingUidToReschedule=unknown")["2050-09-05"]?.contains("11:00")
          == false)
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      let odd = try await origin.eventType(
        "odd", length: 45, schedule: ist, more: #""slotInterval":45"#, of: ana)
      let quarter = try await origin.eventType("q", length: 15, schedule: ist, of: ana)
      #expect(try await origin.book(quarter, "2050-09-13T04:00:00Z", timeZone: "Asia/Kolkata").status == 201)
      let after = try await origin.utcSlots(
        "eventTypeId=\(odd)&" + istDay("2050-09-13", before: "2050-09-12"))
      #expect(after["2050-09-13"]?.prefix(4) == ["04:15", "05:00", "05:45", "06:30"])
      #expect(after["2050-09-13"]?.last == "11:45")
    }
  }

  @Test func `33: cancelled bookings do not block`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let id = try await romeType(origin, ana)
      let uid = try #require(try await origin.book(id, "2050-09-05T11:00:00Z").data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel").status == 200)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots(query)["2050-09-05"] == Self.rome)
    }
  }

  @Test func `43: the buffers of the booked and of the asked event add up`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let all = try await origin.schedule("UTC", "00:00", "23:59", of: ana)
      let buffers = #""beforeEventBuffer":30,"afterEventBuffer":30"#
      let id = try await origin.eventType("a", length: 60, schedule: all, more: buffers, of: ana)
      #expect(try await origin.book(id, "2050-09-05T10:00:00Z").status == 201)
      let day =
        try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-05")["2050-09-05"] ?? []
      // Taken is 09:30 to 11:30; a new event needs half an hour more on either side.
      #expect(day.filter { "08:00"..."13:00" ~= $0 } == ["08:00", "12:00", "13:00"])
    }
  }

  @Test func `46, 47, 49, 54: overrides replace, empty and inverted hours yield nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let over = try await origin.schedule(
        "Asia/Kolkata", "09:30", "18:00",
        overrides: #"[{"date":"2050-09-05","startTime":"14:00","endTime":"18:00"}]"#,
        of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: over, of: ana)
      let day = try await origin.utcSlots("eventTypeId=\(id)&" + istDay("2050-09-05", before: "2050-09-04"))
      #expect(day["2050-09-05"] == ["08:30", "09:30", "10:30", "11:30"])
      let inverted = try await origin.schedule("UTC", "08:00", "07:00", of: ana)
      let none = try await origin.eventType("b", length: 60, schedule: inverted, of: ana)
      #expect(try await origin.slots("eventTypeId=\(none)&start=2050-09-05&end=2050-09-09").isEmpty)
    }
  }

  @Test func `60, 61, 65, 67, 72: booking windows`() async throws {
    try await TestOrigin.run(now: "2024-05-31T01:30:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let ist = try await origin.schedule("Asia/Kolkata", "09:30", "18:00", of: ana)
      func days(_ slug: String, _ window: String) async throws -> [String] {
        let id = try await origin.eventType(
          slug, length: 60, schedule: ist, more: #""bookingWindow":\#(window)"#, of: ana)
        let query = "start=2024-05-30T18:30:00Z&end=2024-06-06T18:29:59Z&timeZone=Asia/Kolkata"
        return try await origin.utcSlots("eventTypeId=\(id)&\(query)").keys.sorted()
      }
      let calendar = #"{"type":"calendarDays","value":2,"rolling":false}"#
      #expect(try await days("a", calendar) == ["2024-05-31", "2024-06-01", "2024-06-02"])
      #expect(
        try await days("b", #"{"type":"businessDays","value":2,"rolling":false}"#)
          == ["2024-05-31", "2024-06-01", "2024-06-02", "2024-06-03", "2024-06-04"])
      #expect(
        try await days("c", #"{"type":"range","value":["2024-06-01","2024-06-02"]}"#)
          == ["2024-06-01", "2024-06-02"])
      origin.clock.hold(try #require(Instant("2024-05-31T11:30:00Z")).date)
      #expect(try await days("e", calendar) == ["2024-06-01", "2024-06-02"])
      origin.clock.hold(try #require(Instant("2024-05-31T01:30:00Z")).date)
      let whole = try await origin.eventType(
        "whole", length: 510, schedule: ist, more: #""slotInterval":30"#, of: ana)
      #expect(try await origin.book(whole, "2024-06-02T04:00:00Z", timeZone: "Asia/Kolkata").status == 201)
      #expect(
        try await days("d", #"{"type":"calendarDays","value":3,"rolling":true}"#)
          == ["2024-05-31", "2024-06-01", "2024-06-03"])
    }
  }

  @Test(arguments: ["time", "range", "RANGE"])
  func `formats`(_ format: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let id = try await romeType(origin, ana)
      let answer = try await origin.get(
        "/v2/slots?eventTypeId=\(id)&start=2050-09-05&end=2050-09-05&format=\(format)")
      let slot = try #require(answer.data["2050-09-05"]?.array?.first)
      #expect(slot["start"]?.string == "2050-09-05T07:00:00.000Z")
      #expect(slot["end"]?.string == (format == "time" ? nil : "2050-09-05T08:00:00.000Z"))
    }
  }

  @Test func `an event type is found by user and slug, and everything unknown is a 404`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      _ = try await romeType(origin, ana)
      let range = "start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots("eventTypeSlug=rome&username=ana&\(range)")["2050-09-05"] == Self.rome)
      for query in [
        "eventTypeId=99999", "eventTypeSlug=rome&username=eve", "eventTypeSlug=x&username=ana",
        "eventTypeSlug=rome&teamSlug=t", "usernames=ana,eve&organizationSlug=o",
      ] {
        #expect(try await origin.get("/v2/slots?\(query)&\(range)").status == 404, "\(query)")
      }
    }
  }

  @Test(arguments: [
    "start=2050-09-05", "end=2050-09-05", "start=x&end=2050-09-05", "start=2050-09-05&end=2050-09-04",
    "start=2050-02-30&end=2050-03-05", "start=2050-09-05&end=2052-09-05",
    "start=2050-09-05&end=2050-09-06&format=x",
    "start=2050-09-05&end=2050-09-06&timeZone=No/Where", "start=2050-09-05&end=2050-09-06&duration=0",
    "start=2050-09-05&end=2050-09-06&what=1", "start=2050-09-05&start=2050-09-05&end=2050-09-06",
  ])
  func `bad queries are a 400 that names the field`(_ query: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp()
      let id = try await romeType(origin, ana)
      let answer = try await origin.get("/v2/slots?eventTypeId=\(id)&\(query)")
      #expect(answer.status == 400 && !answer.fields.isEmpty, "\(answer.text)")
    }
  }
}
