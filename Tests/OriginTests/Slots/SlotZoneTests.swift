import JSON
import Testing

@testable import Origin

/// slots.md 2.6 and overrides in their zone: what clocks do, read and booked through the API.
@Suite struct SlotZoneTests {
  @Test func `52: an override replaces the hours of its date in the schedule's zone`() async throws {
    try await TestOrigin.run(now: "2023-06-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let newYork = try await origin.schedule(
        "America/New_York", "08:00", "17:00",
        overrides: #"[{"date":"2023-06-13","startTime":"10:00","endTime":"15:00"}]"#, of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: newYork, of: ana)
      let query = "start=2023-06-13&end=2023-06-14"
      let days = try await origin.slots("eventTypeId=\(id)&\(query)")
      #expect(days["2023-06-13"] == ["14:00", "15:00", "16:00", "17:00", "18:00"])
      #expect(days["2023-06-14"]?.count == 9)
      #expect(days["2023-06-14"]?.first == "12:00" && days["2023-06-14"]?.last == "20:00")
      try await origin.checkEdges(query, of: id, unlisted: ["2023-06-13T13:00:00Z", "2023-06-13T19:00:00Z"])
    }
  }

  @Test func `55: working hours are wall time before and after the change`() async throws {
    try await TestOrigin.run(now: "2023-10-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let newYork = try await origin.schedule(
        "America/New_York", "09:00", "17:00", days: Array(TestOrigin.everyDay.prefix(5)), of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: newYork, of: ana)
      let query = "start=2023-11-06&end=2023-11-30"
      let after = try await origin.slots("eventTypeId=\(id)&\(query)")
      let hours = (14...21).map { "\($0):00" }
      #expect(after.count == 19 && after.values.allSatisfy { $0 == hours }, "\(after)")
      let before = try await origin.slots("eventTypeId=\(id)&start=2023-10-30&end=2023-11-03")
      #expect(before.count == 5 && before.values.allSatisfy { $0 == (13...20).map { "\($0):00" } })
      try await origin.checkEdges(
        query, of: id, unlisted: ["2023-11-06T13:00:00Z", "2023-11-30T22:00:00Z", "2023-11-11T15:00:00Z"])
    }
  }

  @Test func `56: no day is lost over the change`() async throws {
    try await TestOrigin.run(now: "2023-10-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let london = try await origin.schedule("Europe/London", "09:00", "17:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: london, of: ana)
      let query = "start=2023-10-24&end=2023-11-01&timeZone=Europe/London"
      let days = try await origin.utcSlots("eventTypeId=\(id)&\(query)")
      #expect(days.keys.sorted() == (24...31).map { "2023-10-\($0)" } + ["2023-11-01"])
      #expect(days["2023-10-28"]?.first == "08:00" && days["2023-10-29"]?.first == "09:00")
      #expect(days["2023-10-31"]?.first == "09:00" && days["2023-10-31"]?.last == "16:00")
      try await origin.checkEdges(query, of: id, zone: "Europe/London")
    }
  }

  static let spring = "start=2050-03-26T23:00:00Z&end=2050-03-27T21:59:59Z&timeZone=Europe/Rome"
  static let autumn = "start=2050-10-29T22:00:00Z&end=2050-10-30T22:59:59Z&timeZone=Europe/Rome"

  @Test(arguments: [(spring, 23, "2050-03-27"), (autumn, 25, "2050-10-30")])
  func `a day of 23 and of 25 hours has as many slots, each instant once`(
    _ query: String, _ count: Int, _ day: String
  ) async throws {
    try await TestOrigin.run(now: "2050-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let all = try await origin.schedule("Europe/Rome", "00:00", "23:59", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: all, of: ana)
      let answer = try await origin.get("/v2/slots?eventTypeId=\(id)&\(query)")
      #expect(answer.data.object?.members.map(\.key) == [day])
      let local = answer.data[day]?.array?.compactMap {
        $0["start"]?.string.map { String($0.dropFirst(11).prefix(5)) }
      }
      let listed = try await origin.instants("eventTypeId=\(id)&\(query)")
      #expect(listed.count == count && Set(listed).count == count)
      #expect(local?.filter { $0 == "02:00" }.count == (count == 25 ? 2 : 0))
      try await origin.checkEdges(query, of: id, zone: "Europe/Rome")
    }
  }

  @Test(arguments: [(spring, 2, "2050-03-27T00:30:00.000Z"), (autumn, 6, "2050-10-29T23:30:00.000Z")])
  func `hours over the change: nothing in the gap, both passes of the overlap`(
    _ query: String, _ count: Int, _ first: String
  ) async throws {
    try await TestOrigin.run(now: "2050-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let night = try await origin.schedule("Europe/Rome", "01:30", "03:30", of: ana)
      let id = try await origin.eventType("a", length: 30, schedule: night, of: ana)
      let listed = try await origin.instants("eventTypeId=\(id)&\(query)")
      #expect(listed.count == count && Set(listed).count == count && listed.first == first, "\(listed)")
      try await origin.checkEdges(query, of: id, zone: "Europe/Rome")
    }
  }

  @Test func `the notice is elapsed time`() async throws {
    // One o'clock in Rome; two hours later it is four.
    try await TestOrigin.run(now: "2050-03-27T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let all = try await origin.schedule("Europe/Rome", "00:00", "23:59", of: ana)
      let id = try await origin.eventType(
        "a", length: 60, schedule: all, more: #""minimumBookingNotice":120"#, of: ana)
      let listed = try await origin.instants("eventTypeId=\(id)&\(Self.spring)")
      #expect(listed.first == "2050-03-27T02:00:00.000Z")
      let early = try await origin.book(id, "2050-03-27T01:00:00Z", timeZone: "Europe/Rome")
      #expect(early.status == 400 && early.reason == "out_of_bounds", "\(early.text)")
      try await origin.checkEdges(Self.spring, of: id, zone: "Europe/Rome")
    }
  }

  @Test func `dates are those of the requested zone`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType("a", length: 60, schedule: nine, of: ana)
      let query = "start=2050-09-05&end=2050-09-05&timeZone=Pacific/Auckland"
      let answer = try await origin.get("/v2/slots?eventTypeId=\(id)&\(query)")
      #expect(answer.data["2050-09-05"]?.array?.count == 3 && answer.data["2050-09-06"]?.array?.count == 5)
      #expect(answer.data["2050-09-05"]?.array?.first?["start"]?.string == "2050-09-05T21:00:00.000+12:00")
      try await origin.checkEdges(query, of: id, zone: "Pacific/Auckland")
    }
  }
}
