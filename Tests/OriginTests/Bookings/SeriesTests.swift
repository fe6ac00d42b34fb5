import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Rules 4 and 5 of api.md 3.3.
@Suite struct SeriesTests {
  private func weekly(_ origin: TestOrigin, _ ana: Person, occurrences: Int = 4, more: String = "")
    async throws
    -> Int
  {
    try await origin.alwaysOpen(
      "weekly",
      more: #""recurrence":{"interval":1,"occurrences":\#(occurrences),"frequency":"weekly"}"#
        + (more.isEmpty ? "" : ",\(more)"), of: ana)
  }

  private let monday = "2030-02-04T13:00:00Z"

  @Test func `a series is one array, reads back by its own uid and by each`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await weekly(origin, ana)
      let booked = try await origin.book(id, monday, more: #""recurrenceCount":3"#)
      #expect(booked.status == 201, "\(booked.text)")
      #expect(
        booked.all("start") == [
          "2030-02-04T13:00:00.000Z", "2030-02-11T13:00:00.000Z", "2030-02-18T13:00:00.000Z",
        ])
      let series = Set(booked.all("recurringBookingUid"))
      #expect(series.count == 1 && Set(booked.all("uid")).count == 3)
      let whole = try await origin.get("/v2/bookings/\(series.first ?? "")")
      #expect(whole.status == 200 && whole.all("uid") == booked.all("uid"), "\(whole.text)")
      let one = try await origin.get("/v2/bookings/\(booked.all("uid")[1])")
      #expect(one.data["recurringBookingUid"]?.string == series.first && one.data.array == nil)
      #expect(try await origin.book(id, "2030-02-04T15:00:00Z").data.array?.count == 4)
      #expect(
        try await origin.book(id, "2030-02-04T17:00:00Z", more: #""recurrenceCount":1"#).data.array?.count
          == 1)
      let many = try await origin.book(id, "2030-02-04T18:00:00Z", more: #""recurrenceCount":5"#)
      #expect(many.status == 400 && many.reason == "too_many_occurrences", "\(many.text)")
    }
  }

  @Test func `a clash books nothing and names the starts that clash`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await weekly(origin, ana)
      let single = try await origin.alwaysOpen("single", of: ana)
      #expect(try await origin.book(single, "2030-02-11T13:00:00Z").status == 201)
      #expect(try await origin.book(single, "2030-02-25T13:00:00Z").status == 201)
      let booked = try await origin.book(id, monday)
      #expect(booked.status == 400 && booked.reason == "slot_taken", "\(booked.text)")
      let starts = booked.detail("starts")?.array?.compactMap(\.string)
      #expect(starts == ["2030-02-11T13:00:00.000Z", "2030-02-25T13:00:00.000Z"], "\(booked.text)")
      #expect(try await origin.count("SELECT count(*) FROM bookings") == 2)
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 2)
      #expect(try await origin.mails().count == 4)
    }
  }

  @Test func `one and those after it are cancelled together, or all by the series' uid`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await weekly(origin, ana)
      let uids = try await origin.book(id, monday).all("uid")
      let series = try await origin.get("/v2/bookings/\(uids[0])").data["recurringBookingUid"]?.string ?? ""
      let one = try await origin.act(uids[3], "cancel")
      #expect(one.status == 200 && one.bookingStatus == "cancelled")
      let later = try await origin.act(uids[1], "cancel", #"{"cancelSubsequentBookings":true}"#)
      #expect(later.status == 200 && later.all("uid") == [uids[1], uids[2]], "\(later.text)")
      #expect(Set(later.all("status")) == ["cancelled"])
      #expect(try await origin.get("/v2/bookings/\(uids[0])").bookingStatus == "accepted")
      let whole = try await origin.act(series, "cancel")
      #expect(whole.status == 200 && whole.data.array != nil && Set(whole.all("status")) == ["cancelled"])
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 0)
      #expect(try await origin.act(series, "cancel").status == 400)
    }
  }

  @Test func `one that moves stays in its series`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let booked = try await origin.book(try await weekly(origin, ana), monday)
      let moved = try await origin.move(booked.all("uid")[1], to: "2030-02-12T09:00:00Z")
      #expect(moved.status == 201, "\(moved.text)")
      #expect(moved.data["recurringBookingUid"]?.string == booked.all("recurringBookingUid")[0])
      #expect(moved.data["rescheduledFromUid"]?.string == booked.all("uid")[1])
    }
  }

  @Test func `a series keeps the wall time of its attendee when clocks change`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana", timeZone: "America/New_York")
      let booked = try await origin.book(
        try await weekly(origin, ana), "2030-03-25T13:00:00Z", timeZone: "Europe/Rome",
        more: #""recurrenceCount":2"#)
      #expect(
        booked.all("start") == ["2030-03-25T13:00:00.000Z", "2030-04-01T12:00:00.000Z"], "\(booked.text)")
    }
  }

  @Test func `a series of seats is an array whose items each have a seat`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await weekly(
        origin, ana, occurrences: 2,
        more: #""seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#)
      let a = try await origin.book(id, monday, email: "a@mail.test")
      let b = try await origin.book(id, monday, email: "b@mail.test")
      #expect(a.status == 201 && b.status == 201, "\(b.text)")
      #expect(a.all("uid") == b.all("uid") && a.all("uid").count == 2)
      #expect(Set(a.all("seatUid") + b.all("seatUid")).count == 4)
      #expect(try await origin.book(id, monday, email: "c@mail.test").status == 409)
    }
  }

  @Test func `a count limit holds within one series`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await weekly(origin, ana, more: #""bookingLimitsCount":{"month":2}"#)
      let booked = try await origin.book(id, monday)
      #expect(booked.status == 400 && booked.reason == "limit_reached", "\(booked.text)")
      #expect(try await origin.book(id, monday, more: #""recurrenceCount":2"#).status == 201)
    }
  }
}
