import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Who may book and how often: the caps, the host's overrides, event types for one's own people.
@Suite struct BookingLimitTests {
  private func hour(_ hour: Int, day: Int = 8) -> String {
    "2030-01-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z"
  }

  @Test
  func `counts and minutes are limited, a move does not count against itself, a cancelled one not at all`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      for more in [#""bookingLimitsCount":{"day":2}"#, #""bookingLimitsDuration":{"day":120}"#] {
        let bob = try await origin.signUp(more.contains("Count") ? "bob" : "cid")
        let id = try await origin.alwaysOpen("a", more: more, of: bob)
        let first = try await origin.book(id, hour(9))
        #expect(try await origin.book(id, hour(11)).status == 201)
        let third = try await origin.book(id, hour(13))
        #expect(third.status == 400 && third.reason == "limit_reached", "\(third.text)")
        #expect(try await origin.book(id, hour(13, day: 9)).status == 201)
        let moved = try await origin.move(first.uid, to: hour(15))
        #expect(moved.status == 201, "\(moved.text)")
        #expect(try await origin.book(id, hour(13)).reason == "limit_reached")
        #expect(try await origin.act(moved.uid, "cancel").status == 200)
        #expect(try await origin.book(id, hour(13)).status == 201)
      }
      _ = ana
    }
  }

  @Test func `a booker has so many to come, and is told which one to move`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":true}"#, of: ana
      )
      let silent = try await origin.alwaysOpen(
        "b", more: #""bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":false}"#,
        of: ana)
      let first = try await origin.book(id, hour(9))
      let second = try await origin.book(id, hour(11), email: "LEO@mail.test")
      #expect(second.status == 400 && second.reason == "booker_limit", "\(second.text)")
      #expect(second.text.contains(first.uid))
      #expect(try await origin.book(id, hour(11), email: "mia@mail.test").status == 201)
      let moved = try await origin.move(first.uid, to: hour(13))
      #expect(moved.status == 201, "\(moved.text)")
      #expect(try await origin.act(moved.uid, "cancel").status == 200)
      #expect(try await origin.book(id, hour(13)).status == 201)
      let other = try await origin.book(silent, hour(15))
      #expect(other.status == 201)
      let told = try await origin.book(silent, hour(17))
      #expect(told.reason == "booker_limit" && !told.text.contains(other.uid))
      // What is over is not to come.
      try origin.setClock("2030-01-09T00:00:00Z")
      #expect(try await origin.book(id, hour(9, day: 10)).status == 201)
    }
  }

  @Test(arguments: ["allowConflicts", "allowBookingOutOfBounds", "skipBookingLimits"])
  func `what only a host may wave through is ignored from anybody else`(_ flag: String) async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let id = try await origin.alwaysOpen(
        "a",
        more: #""bookingLimitsCount":{"day":1},"bookingWindow":{"type":"calendarDays","value":30}"#, of: ana)
      #expect(try await origin.book(id, hour(10)).status == 201)
      let (start, reason) =
        switch flag {
        case "allowConflicts": (hour(10), "slot_taken")
        case "allowBookingOutOfBounds": ("2030-03-08T10:00:00Z", "out_of_bounds")
        default: (hour(12), "limit_reached")
        }
      let all =
        flag == "allowConflicts" ? #""allowConflicts":true,"skipBookingLimits":true"# : #""\#(flag)":true"#
      let body =
        #"{"start":"\#(start)","eventTypeId":\#(id),"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"},\#(all)}"#
      for caller in [nil, eve] {
        let answer = try await origin.post("/v2/bookings", body, as: caller)
        #expect(
          answer.status == 400 && (answer.reason == reason || answer.reason == "limit_reached"),
          "\(answer.text)")
      }
      let host = try await origin.post("/v2/bookings", body, as: ana)
      #expect(host.status == 201, "\(host.text)")
      let past = try await origin.post(
        "/v2/bookings", body.replacing(start, with: "2029-12-08T10:00:00Z"), as: ana)
      #expect(past.status == 400)
    }
  }

  @Test func `an event type for one's own people asks who it is`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let id = try await origin.alwaysOpen("a", more: #""bookingRequiresAuthentication":true"#, of: ana)
      let body =
        #"{"start":"\#(hour(10))","eventTypeId":\#(id),"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#
      let nobody = try await origin.post("/v2/bookings", body)
      #expect(nobody.status == 401 && nobody.reason == "auth_required", "\(nobody.text)")
      let other = try await origin.post("/v2/bookings", body, as: eve)
      #expect(other.status == 403 && other.reason == "forbidden", "\(other.text)")
      #expect(try await origin.post("/v2/bookings", body, as: ana).status == 201)
    }
  }

  @Test func `the rows of the error table that need no more than a request`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let id = try await origin.alwaysOpen("a", more: #""locations":[{"type":"attendeePhone"}]"#, of: ana)
      let team = try await origin.staffedTeam(owner: ana, staff: bob)
      let both = try await origin.teamType("both", "collective", team: team, hosts: [ana, bob], owner: ana)
      let none = try await origin.teamEventType("none", of: team)
      #expect(try await origin.book(999_999, hour(9)).status == 404)
      for reference in [
        #""eventTypeSlug":"nope","username":"ana""#, #""eventTypeSlug":"a","username":"nobody""#,
        #""eventTypeSlug":"both","teamSlug":"nobody""#,
      ] {
        let answer = try await origin.post(
          "/v2/bookings",
          #"{"start":"\#(hour(9))",\#(reference),"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#
        )
        #expect(answer.status == 404 && answer.reason == "not_found", "\(answer.text)")
      }
      let hostless = try await origin.book(none, hour(9))
      #expect(hostless.status == 422 && hostless.reason == "no_hosts", "\(hostless.text)")
      let place = try await origin.book(id, hour(9), more: #""location":{"type":"address"}"#)
      #expect(place.status == 400 && place.reason == "location_not_offered", "\(place.text)")
      #expect(place.text.contains("attendeePhone"))
      let phone = try await origin.book(
        id, hour(9), more: #""location":{"type":"attendeePhone","phone":"+37120000000"}"#)
      #expect(phone.status == 201 && phone.data["location"]?.string == "+37120000000", "\(phone.text)")
      // Ana, who is in both, has nine o'clock taken.
      let busy = try await origin.book(both, hour(9))
      #expect(busy.status == 400 && ["slot_taken", "not_available"].contains(busy.reason), "\(busy.text)")
      let together = try await origin.book(both, hour(11))
      #expect(together.status == 201 && Set(together.hostIDs) == [ana.id, bob.id], "\(together.text)")
      #expect(try await origin.book(id, hour(11)).reason == "slot_taken")
      #expect(try await origin.act(phone.uid, "cancel").status == 200)
      let dead = try await origin.move(phone.uid, to: hour(13))
      #expect(dead.status == 400 && dead.reason == "cancelled", "\(dead.text)")
      #expect(try await origin.move("nobody1", to: hour(13)).status == 404)
      #expect(try await origin.move(together.uid, to: "2029-12-08T10:00:00Z").reason == "in_the_past")
      let unknown = try await origin.book(id, hour(15), more: #""surprise":1"#)
      #expect(unknown.status == 400 && unknown.fields == ["surprise"])
    }
  }
}
