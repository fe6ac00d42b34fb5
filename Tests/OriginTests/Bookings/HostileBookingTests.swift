import JSON
import Scheduling
import Testing

@testable import Origin

/// Where rules of api.md section 3 meet each other.
@Suite struct HostileBookingTests {
  /// As a caller sends it who may do more than others.
  private func book(
    _ id: Int, _ start: String, email: String = "leo@mail.test", more: String = "", as person: Person,
    in origin: TestOrigin
  ) async throws -> Answer {
    try await origin.post(
      "/v2/bookings",
      #"{"start":"\#(start)","eventTypeId":\#(id),"attendee":{"name":"Leo","email":"\#(email)","timeZone":"UTC"}"#
        + (more.isEmpty ? "}" : ",\(more)}"), as: person)
  }

  // MARK: Seats

  /// Fails where the answer of the creation goes by the event type alone.
  @Test func `who manages or hosts a seated booking sees its attendees in the answer of his own creation`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":false,"showAvailabilityCount":true}"#,
        of: ana)
      let start = "2030-01-08T10:00:00Z"
      #expect(try await origin.book(id, start, email: "a@m.test").attendees == [])
      #expect(try await book(id, start, email: "b@m.test", as: eve, in: origin).attendees == [])
      let own = try await book(id, start, email: "c@m.test", as: ana, in: origin)
      #expect(own.attendees.count == 3, "\(own.text)")
      let read = try await origin.get("/v2/bookings/\(own.uid)", as: ana)
      #expect(read.attendees == own.attendees)
    }
  }

  // MARK: What a host waves through

  /// Fails where such a booking takes nobody's time, whether or not anything is in its way.
  @Test func `a host who books outside of his hours is busy then, in all of his event types`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let day = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let narrow = try await origin.eventType("narrow", length: 60, schedule: day, of: ana)
      let wide = try await origin.alwaysOpen("wide", of: ana)
      let start = "2030-01-08T20:00:00Z"
      let forced = try await book(narrow, start, more: #""allowConflicts":true"#, as: ana, in: origin)
      #expect(forced.status == 201, "\(forced.text)")
      let second = try await origin.book(wide, start)
      #expect(second.status == 400 && second.reason == "slot_taken", "\(second.text)")
      // Over what he has: nothing is taken twice, and what is under it stays taken when it goes.
      let over = try await book(
        narrow, start, email: "mia@m.test", more: #""allowConflicts":true"#, as: ana, in: origin)
      #expect(over.status == 201, "\(over.text)")
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 1)
      let gone = try await origin.act(over.uid, "cancel", #"{"cancellationReason":"x"}"#, as: ana)
      #expect(gone.status == 200, "\(gone.text)")
      #expect(try await origin.book(wide, start).reason == "slot_taken")
    }
  }

  /// Fails where all who could have it get it.
  @Test func `who waves a conflict through in a round robin gives it to one host`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team("clinic", of: ana)
      try await origin.join(team, bob, as: "staff", by: ana)
      let id = try await origin.teamType("rr", team: team, hosts: [ana, bob], owner: ana)
      let start = "2030-01-08T10:00:00Z"
      for _ in 0..<2 { #expect(try await origin.book(id, start).status == 201) }
      #expect(try await origin.book(id, start).reason == "slot_taken")
      let forced = try await book(id, start, more: #""allowConflicts":true"#, as: ana, in: origin)
      #expect(forced.status == 201 && forced.hostIDs.count == 1, "\(forced.text)")
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 2)
    }
  }

  /// One of two is busy: the other is busy then, too.
  @Test func `of a collective who is free is taken when a conflict is waved through`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.team("clinic", of: ana)
      try await origin.join(team, bob, as: "staff", by: ana)
      let both = try await origin.teamType("both", "collective", team: team, hosts: [ana, bob], owner: ana)
      let (ofAna, ofBob) = (
        try await origin.alwaysOpen("a", of: ana), try await origin.alwaysOpen("b", of: bob)
      )
      let start = "2030-01-08T10:00:00Z"
      #expect(try await origin.book(ofAna, start).status == 201)
      let forced = try await book(both, start, more: #""allowConflicts":true"#, as: ana, in: origin)
      #expect(forced.status == 201 && forced.hostIDs.count == 2, "\(forced.text)")
      #expect(try await origin.book(ofBob, start).reason == "slot_taken")
    }
  }

  // MARK: Reservations

  /// Fails where it keeps a name that leads to another business: nobody could give it back.
  @Test func `a reservation that moves to another business's event type can be read and given back`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let (from, to) = (try await origin.alwaysOpen("a", of: ana), try await origin.alwaysOpen("b", of: bob))
      let start = "2030-01-08T10:00:00Z"
      let first = try await origin.reserve(from, start)
      let uid = try #require(first.data["reservationUid"]?.string)
      let moved = try await origin.patch(
        "/v2/slots/reservations/\(uid)", #"{"eventTypeId":\#(to),"slotStart":"\#(start)"}"#)
      #expect(moved.status == 200, "\(moved.text)")
      let name = try #require(moved.data["reservationUid"]?.string)
      #expect(try await origin.book(from, start).status == 201)
      let read = try await origin.get("/v2/slots/reservations/\(name)")
      #expect(read.data["eventTypeId"]?.int == to, "\(read.text)")
      let taken = try await origin.book(to, start)
      #expect(taken.reason == "reserved", "\(taken.text)")
      #expect(try await origin.delete("/v2/slots/reservations/\(name)").status == 200)
      #expect(try await origin.count("SELECT count(*) FROM slot_reservations") == 0)
      #expect(try await origin.book(to, start).status == 201)
    }
  }

  // MARK: Series

  /// Fails where the bookings whose seats the series takes are counted again.
  @Test func `a series that takes seats in bookings that are there counts only what it adds`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a",
        more: #""seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":true,"showAvailabilityCount":true},"#
          + #""bookingLimitsCount":{"month":3},"recurrence":{"interval":1,"occurrences":4,"frequency":"weekly"}"#,
        of: ana)
      let start = "2030-02-04T10:00:00Z"
      let first = try await origin.book(id, start, email: "a@m.test", more: #""recurrenceCount":2"#)
      #expect(first.data.array?.count == 2, "\(first.text)")
      let second = try await origin.book(id, start, email: "b@m.test", more: #""recurrenceCount":3"#)
      #expect(second.data.array?.count == 3, "\(second.text)")
      #expect(second.all("uid").prefix(2) == first.all("uid")[...])
      let third = try await origin.book(id, start, email: "c@m.test", more: #""recurrenceCount":4"#)
      #expect(third.reason == "limit_reached", "\(third.text)")
    }
  }

  // MARK: The end of the calendar

  /// Fails where a time after it is printed with the year 9999, before its start, or a series is cut short in silence.
  @Test func `nothing is booked that does not end within the year 9999`() async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let start = "9999-12-31T23:00:00Z"
      #expect(try await origin.book(id, start).fields == ["start"])
      #expect(try await origin.reserve(id, start).fields == ["slotStart"])
      let made = try await origin.book(id, "9999-12-31T22:00:00Z")
      #expect(made.data["end"]?.string == "9999-12-31T23:00:00.000Z", "\(made.text)")
      #expect(try await origin.move(made.uid, to: start).fields == ["start"])
      let series = try await origin.alwaysOpen(
        "b", more: #""recurrence":{"interval":1,"occurrences":20,"frequency":"yearly"}"#, of: ana)
      #expect(try await origin.book(series, "9990-01-01T10:00:00Z").fields == ["start"])
      let fits = try await origin.book(series, "9990-01-01T10:00:00Z", more: #""recurrenceCount":10"#)
      #expect(fits.data.array?.count == 10, "\(fits.text)")
    }
  }

  // MARK: Lists

  @Test(arguments: ["eventTypeIds=,", "teamsIds=,,", "eventTypeIds=1,,x", "status=,"])
  func `a list of nothing is no list`(_ query: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let answer = try await origin.get("/v2/bookings?\(query)", as: ana)
      #expect(answer.status == 400 && answer.fields.count == 1, "\(answer.text)")
    }
  }
}
