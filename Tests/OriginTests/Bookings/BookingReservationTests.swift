import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// api.md 3.6.
@Suite struct BookingReservationTests {
  private let ten = "2030-01-08T10:00:00Z"

  private func uid(_ answer: Answer) throws -> String {
    #expect(answer.status == 201, "\(answer.text)")
    return try #require(answer.data["reservationUid"]?.string)
  }

  @Test func `who reserved books, by name in the body, and the reservation is gone`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let reserved = try await uid(origin.reserve(id, ten))
      #expect(try await origin.reserve(id, ten).status == 422)
      let other = try await origin.book(id, ten)
      #expect(other.status == 400 && other.reason == "reserved", "\(other.text)")
      #expect(1...300 ~= (other.detail("seconds")?.int ?? 0))
      let stranger = try await origin.book(
        id, ten, more: #""reservedSlotUid":"0d1f2c7e-6a0e-4b4e-9f0a-1f0b6f7f2a11""#)
      #expect(stranger.status == 400 && stranger.reason == "reserved", "\(stranger.text)")
      #expect(try await origin.get("/v2/slots/reservations/\(reserved)").data["slotStart"] != nil)
      let own = try await origin.book(id, ten, more: #""reservedSlotUid":"\#(reserved)""#)
      #expect(own.status == 201, "\(own.text)")
      #expect(try await origin.get("/v2/slots/reservations/\(reserved)").data == .null)
      #expect(
        try await origin.count("SELECT count(*) FROM occupancies WHERE reservation_id IS NOT NULL") == 0)
    }
  }

  @Test func `or by the cookie that the reservation set`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let answer = try await origin.reserve(id, ten)
      let cookie = try #require(answer.headers[.setCookie]?.split(separator: ";").first.map(String.init))
      let booked = try await origin.send(
        .post, "/v2/bookings",
        body:
          #"{"start":"\#(ten)","eventTypeId":\#(id),"attendee":{"name":"L","email":"l@m.test","timeZone":"UTC"}}"#,
        headers: [.cookie: "a=b; \(cookie); c=d"])
      #expect(booked.status == 201, "\(booked.text)")
      #expect(try await origin.get("/v2/slots/reservations/\(try uid(answer))").data == .null)
    }
  }

  @Test func `a reservation of something else stays, and helps nobody`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let other = try await origin.alwaysOpen("b", of: ana)
      let noon = try await uid(origin.reserve(id, "2030-01-08T12:00:00Z"))
      let first = try await uid(origin.reserve(id, ten))
      #expect(try await origin.book(id, ten, more: #""reservedSlotUid":"\#(noon)""#).reason == "reserved")
      #expect(try await origin.book(other, ten, more: #""reservedSlotUid":"\#(first)""#).status == 400)
      for kept in [noon, first] {
        #expect(try await origin.get("/v2/slots/reservations/\(kept)").data["slotStart"] != nil)
      }
      // One that frees another time is left alone as well.
      #expect(
        try await origin.book(id, "2030-01-08T15:00:00Z", more: #""reservedSlotUid":"\#(noon)""#).status
          == 201)
      #expect(try await origin.get("/v2/slots/reservations/\(noon)").data["slotStart"] != nil)
    }
  }

  @Test func `when its minutes are over it is nobody's`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      _ = try await uid(origin.reserve(id, ten))
      try origin.setClock("2030-01-01T08:04:59Z")
      #expect(try await origin.book(id, ten).reason == "reserved")
      try origin.setClock("2030-01-01T08:05:01Z")
      #expect(try await origin.book(id, ten).status == 201)
    }
  }

  @Test func `a reserved seat counts, and is booked by who has it`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      let first = try await uid(origin.reserve(id, ten))
      let second = try await uid(origin.reserve(id, ten))
      #expect(try await origin.reserve(id, ten).status == 422)
      let other = try await origin.book(id, ten, email: "c@mail.test")
      #expect(other.status == 400 || other.status == 409, "\(other.text)")
      for (index, uid) in [second, first].enumerated() {
        let own = try await origin.book(
          id, ten, email: "n\(index)@mail.test", more: #""reservedSlotUid":"\#(uid)""#)
        #expect(own.status == 201, "\(own.text)")
      }
      #expect(try await origin.book(id, ten, email: "c@mail.test").status == 409)
    }
  }

  @Test func `a refused booking keeps the reservation`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":true}"#, of: ana
      )
      let first = try await origin.book(id, "2030-01-09T10:00:00Z")
      let reserved = try await uid(origin.reserve(id, ten))
      let refused = try await origin.book(id, ten, more: #""reservedSlotUid":"\#(reserved)""#)
      #expect(refused.status == 400 && refused.reason == "booker_limit", "\(refused.text)")
      #expect(refused.text.contains(first.uid))
      #expect(try await origin.get("/v2/slots/reservations/\(reserved)").data["slotStart"] != nil)
    }
  }
}
