import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// api.md 3.5, seats.
@Suite struct SeatTests {
  private func seated(_ origin: TestOrigin, _ ana: Person, seats: Int = 2, shows: Bool = true) async throws
    -> Int
  {
    try await origin.alwaysOpen(
      "class",
      more:
        #""seats":{"seatsPerTimeSlot":\#(seats),"showAttendeeInfo":\#(shows),"showAvailabilityCount":true}"#,
      of: ana)
  }

  private let ten = "2030-01-08T10:00:00Z"
  private let noon = "2030-01-08T12:00:00Z"

  @Test func `seats share one booking until it is full, each with its own name and answers`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await seated(origin, ana)
      let first = try await origin.book(
        id, ten, email: "a@mail.test", more: #""metadata":{"k":"1"},"bookingFieldsResponses":{"x":"y"}"#)
      #expect(first.status == 201, "\(first.text)")
      #expect(!first.seatUID.isEmpty && first.attendees.first?["seatUid"]?.string == first.seatUID)
      #expect(first.data["guests"] == nil && first.data["bookingFieldsResponses"] == nil)
      let responses = first.attendees.first?["bookingFieldsResponses"]
      #expect(
        responses?["x"]?.string == "y" && responses?["name"]?.string == "Leo" && responses?["email"] == nil)
      #expect(first.attendees.first?["metadata"]?["k"]?.string == "1")
      let second = try await origin.book(id, ten, email: "b@mail.test")
      #expect(second.status == 201 && second.uid == first.uid && second.attendees.count == 2)
      #expect(!second.seatUID.isEmpty && second.seatUID != first.seatUID)
      #expect(second.attendees.contains { $0["seatUid"]?.string == second.seatUID })
      let third = try await origin.book(id, ten, email: "c@mail.test")
      #expect(third.status == 409 && third.reason == "seats_full", "\(third.text)")
      #expect(third.json["error"]?["code"]?.string == "ConflictException")
      #expect(try await origin.book(id, noon, email: "a@mail.test").status == 201)
      let again = try await origin.book(id, noon, email: "A@Mail.test")
      #expect(again.status == 400 && again.reason == "already_booked_by_you", "\(again.text)")
      #expect(try await origin.get("/v2/bookings/\(first.uid)").attendees.count == 2)
      #expect(try await origin.count("SELECT count(*) FROM bookings") == 2)
    }
  }

  @Test func `slots tell how many seats are left, and the booking that is there`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await seated(origin, ana)
      let booked = try await origin.book(id, ten)
      let day = try await origin.get("/v2/slots?eventTypeId=\(id)&start=2030-01-08&end=2030-01-08").data[
        "2030-01-08"]
      let slots = day?.array ?? []
      let ten = slots.first { $0["start"]?.string == "2030-01-08T10:00:00.000Z" }
      #expect(
        ten?["seatsBooked"]?.int == 1 && ten?["seatsRemaining"]?.int == 1 && ten?["seatsTotal"]?.int == 2)
      #expect(ten?["bookingUid"]?.string == booked.uid)
      let other = slots.first { $0["start"]?.string == "2030-01-08T11:00:00.000Z" }
      #expect(other?["seatsBooked"]?.int == 0 && other?["bookingUid"] == nil)
    }
  }

  @Test func `one seat moves, into a new booking or one that is there, and the others stay`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await seated(origin, ana)
      let a = try await origin.book(id, ten, email: "a@mail.test")
      let b = try await origin.book(id, ten, email: "b@mail.test")
      let unnamed = try await origin.move(a.uid, to: noon)
      #expect(unnamed.status == 400 && unnamed.fields == ["seatUid"], "\(unnamed.text)")
      #expect(try await origin.move(a.uid, to: noon, more: #""seatUid":"nobody""#).status == 400)
      let moved = try await origin.move(a.uid, to: noon, more: #""seatUid":"\#(a.seatUID)""#)
      #expect(moved.status == 201 && moved.uid != a.uid && !moved.seatUID.isEmpty, "\(moved.text)")
      #expect(moved.data["start"]?.string == "2030-01-08T12:00:00.000Z")
      #expect(moved.attendees.compactMap { $0["email"]?.string } == ["a@mail.test"])
      let stayed = try await origin.get("/v2/bookings/\(a.uid)")
      #expect(stayed.bookingStatus == "accepted")
      #expect(stayed.attendees.compactMap { $0["email"]?.string } == ["b@mail.test"])
      // The one that is left follows, into what is there; nobody is left at ten.
      let joined = try await origin.move(b.uid, to: noon, more: #""seatUid":"\#(b.seatUID)""#)
      #expect(
        joined.status == 201 && joined.uid == moved.uid && joined.attendees.count == 2, "\(joined.text)")
      #expect(try await origin.get("/v2/bookings/\(a.uid)").bookingStatus == "cancelled")
      let c = try await origin.book(id, ten, email: "c@mail.test")
      #expect(c.status == 201 && c.uid != a.uid)
      let full = try await origin.move(c.uid, to: noon, more: #""seatUid":"\#(c.seatUID)""#)
      #expect(full.status == 409 && full.reason == "seats_full", "\(full.text)")
      #expect(try await origin.get("/v2/bookings/\(c.uid)").attendees.count == 1)
    }
  }

  @Test func `a seat is given back alone, the last one cancels the booking`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await seated(origin, ana)
      let a = try await origin.book(id, ten, email: "a@mail.test")
      let b = try await origin.book(id, ten, email: "b@mail.test")
      #expect(try await origin.act(a.uid, "cancel", #"{"seatUid":"nobody"}"#).status == 400)
      #expect(try await origin.act(a.uid, "cancel").status == 401)
      let left = try await origin.act(a.uid, "cancel", #"{"seatUid":"\#(a.seatUID)"}"#)
      #expect(left.status == 200, "\(left.text)")
      #expect(try await origin.get("/v2/bookings/\(a.uid)").bookingStatus == "accepted")
      #expect(try await origin.book(id, ten, email: "c@mail.test").uid == a.uid)
      #expect(try await origin.act(a.uid, "cancel", #"{"seatUid":"\#(a.seatUID)"}"#).status == 400)
      let c = try await origin.get("/v2/bookings/\(a.uid)").attendees.compactMap { $0["seatUid"]?.string }
      for seat in c {
        #expect(try await origin.act(a.uid, "cancel", #"{"seatUid":"\#(seat)"}"#).status == 200)
      }
      #expect(c.contains(b.seatUID))
      #expect(try await origin.get("/v2/bookings/\(a.uid)").bookingStatus == "cancelled")
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 0)
      let fresh = try await origin.book(id, ten, email: "a@mail.test")
      #expect(fresh.status == 201 && fresh.uid != a.uid, "\(fresh.text)")
      let silent = try await origin.act(fresh.uid, "cancel", as: ana)
      #expect(silent.status == 400 || silent.status == 401)
      let whole = try await origin.act(fresh.uid, "cancel", #"{"cancellationReason":"ill"}"#, as: ana)
      #expect(whole.status == 200 && whole.bookingStatus == "cancelled", "\(whole.text)")
    }
  }

  @Test func `who sits beside whom is hidden from all but the host, if so wished`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let id = try await seated(origin, ana, seats: 5, shows: false)
      let a = try await origin.book(id, ten, email: "a@mail.test")
      let b = try await origin.book(id, ten, email: "b@mail.test")
      #expect(a.status == 201 && !a.seatUID.isEmpty && !b.seatUID.isEmpty)
      #expect(!b.text.contains("a@mail.test"))
      #expect(try await origin.get("/v2/bookings/\(a.uid)").data["attendees"] == .array([]))
      #expect(try await origin.get("/v2/bookings/\(a.uid)", as: eve).data["attendees"] == .array([]))
      #expect(try await origin.get("/v2/bookings/\(a.uid)", as: ana).attendees.count == 2)
      let seat = try await origin.get("/v2/bookings/by-seat/\(b.seatUID)")
      #expect(seat.status == 200 && seat.uid == a.uid)
      #expect(seat.attendees.compactMap { $0["email"]?.string } == ["b@mail.test"])
      #expect(try await origin.get("/v2/bookings/by-seat/\(b.seatUID)", as: ana).attendees.count == 2)
      #expect(try await origin.get("/v2/bookings/by-seat/nobody").status == 404)
      let left = try await origin.act(a.uid, "cancel", #"{"seatUid":"\#(b.seatUID)"}"#)
      #expect(left.status == 200 && !left.text.contains("a@mail.test"), "\(left.text)")
      #expect(try await origin.get("/v2/bookings/by-seat/\(b.seatUID)").status == 404)
    }
  }
}
