import JSON
import Testing

@testable import Origin

/// slots.md 106: seated event types in the listing.
@Suite struct SlotSeatTests {
  @Test(arguments: ["time", "range"])
  func `106: a seated slot says how many are booked, remain and are there`(_ format: String) async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "class", length: 60, schedule: nine,
        more: #""seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":true,"showAvailabilityCount":true}"#, of: ana
      )
      let booked = try await origin.book(id, "2050-09-05T11:00:00Z")
      #expect(booked.status == 201, "\(booked.text)")
      let query = "/v2/slots?eventTypeId=\(id)&start=2050-09-05&end=2050-09-05&format=\(format)"
      var slots = try await origin.get(query).data["2050-09-05"]?.array ?? []
      #expect(slots.count == 8)
      for slot in slots {
        let isBooked = slot["start"]?.string == "2050-09-05T11:00:00.000Z"
        #expect(
          slot["seatsBooked"]?.int == (isBooked ? 1 : 0) && slot["seatsRemaining"]?.int == (isBooked ? 4 : 5))
        #expect(slot["seatsTotal"]?.int == 5 && slot["bookingUid"] == (isBooked ? booked.data["uid"] : nil))
        #expect((slot["end"] != nil) == (format == "range"))
      }
      // Reservations count as taken seats.
      for start in ["10", "11"] {
        let kept = try await origin.post(
          "/v2/slots/reservations", #"{"eventTypeId":\#(id),"slotStart":"2050-09-05T\#(start):00:00Z"}"#)
        #expect(kept.status == 201, "\(kept.text)")
      }
      slots = try await origin.get(query).data["2050-09-05"]?.array ?? []
      #expect(slots.map { $0["seatsBooked"]?.int } == [0, 1, 2, 0, 0, 0, 0, 0])
      #expect(slots[1]["bookingUid"] == nil && slots[2]["bookingUid"] == booked.data["uid"])
    }
  }

  @Test func `a full slot is not listed and refuses, one that frees comes back`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp()
      let nine = try await origin.schedule("UTC", "09:00", "17:00", of: ana)
      let id = try await origin.eventType(
        "class", length: 60, schedule: nine,
        more: #""slotInterval":30,"seats":{"seatsPerTimeSlot":2,"#
          + #""showAttendeeInfo":true,"showAvailabilityCount":true}"#, of: ana)
      let query = "eventTypeId=\(id)&start=2050-09-05&end=2050-09-05"
      let first = try await origin.book(id, "2050-09-05T11:00:00Z", email: "a@mail.test")
      // While seats are left its own start stays, the starts across it do not.
      let half = try await origin.slots(query)["2050-09-05"] ?? []
      #expect(half.contains("11:00") && !half.contains("10:30") && !half.contains("11:30"), "\(half)")
      let across = try await origin.book(id, "2050-09-05T11:30:00Z", email: "c@mail.test")
      #expect(across.status == 400, "\(across.text)")
      #expect(try await origin.book(id, "2050-09-05T11:00:00Z", email: "b@mail.test").status == 201)
      #expect(try await origin.slots(query)["2050-09-05"]?.contains("11:00") == false)
      let full = try await origin.book(id, "2050-09-05T11:00:00Z", email: "c@mail.test")
      #expect(full.status == 409 && full.reason == "seats_full", "\(full.text)")
      let kept = try await origin.post(
        "/v2/slots/reservations", #"{"eventTypeId":\#(id),"slotStart":"2050-09-05T11:00:00Z"}"#)
      #expect(kept.status == 422, "\(kept.text)")
      let uid = try #require(first.data["uid"]?.string)
      let seat = try #require(first.data["seatUid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel", #"{"seatUid":"\#(seat)"}"#).status == 200)
      #expect(try await origin.slots(query)["2050-09-05"]?.contains("11:00") == true)
      #expect(try await origin.book(id, "2050-09-05T11:00:00Z", email: "c@mail.test").status == 201)
    }
  }
}
