import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// api.md 3.7: who is owed which mail.
@Suite struct BookingMailsOwedTests {
  private let ten = "2030-01-08T10:00:00Z"

  @Test func `a request is answered with received, please confirm, and then yes or no`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#, of: ana
      )
      let first = try await origin.book(id, ten).uid
      #expect(
        try await origin.mails() == [
          "booking.\(first).requested.attendee-0", "booking.\(first).requested.host-\(ana.id)",
        ])
      _ = try await origin.act(first, "confirm", as: ana)
      let second = try await origin.book(id, "2030-01-08T12:00:00Z").uid
      _ = try await origin.act(second, "decline", as: ana)
      let mails = try await origin.mails()
      #expect(
        mails.filter { $0.contains("scheduled") } == [
          "booking.\(first).scheduled.attendee-0", "booking.\(first).scheduled.host-\(ana.id)",
        ])
      #expect(mails.contains("booking.\(second).declined.attendee-0"))
      #expect(!mails.contains { $0.hasPrefix("booking.\(second).scheduled") })
    }
  }

  @Test func `another host, the one before and the attendee hear of it, each time`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
      let team = try await origin.staffedTeam(owner: ana, staff: bob)
      let id = try await origin.teamType("rr", team: team, hosts: [ana, bob], owner: ana)
      let booked = try await origin.book(id, ten)
      // There, back, and there again: six more mails, not two of which are the same.
      for round in 1...3 {
        let before = try await origin.mails().count
        let answer = try await origin.act(booked.uid, "reassign", as: ana)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try await origin.mails().count == before + 3, "round \(round)")
      }
    }
  }

  @Test func `a seat's mails are about that seat`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      let a = try await origin.book(id, ten, email: "a@mail.test")
      let b = try await origin.book(id, ten, email: "b@mail.test")
      let booked = try await origin.mails()
      #expect(booked.count == 4 && booked.filter { $0.hasSuffix(b.seatUID) }.count == 2, "\(booked)")
      #expect(try await origin.act(a.uid, "cancel", #"{"seatUid":"\#(b.seatUID)"}"#).status == 200)
      let left = try await origin.mails().dropFirst(4)
      #expect(
        left.count == 2 && left.allSatisfy { $0.contains("cancelled") && $0.hasSuffix(b.seatUID) }, "\(left)")
      let moved = try await origin.move(
        a.uid, to: "2030-01-08T12:00:00Z", more: #""seatUid":"\#(a.seatUID)""#)
      let after = try await origin.mails().dropFirst(6)
      #expect(
        after.count == 2 && after.allSatisfy { $0.hasPrefix("booking.\(moved.uid).rescheduled") }, "\(after)")
    }
  }

  @Test func `a whole series is cancelled with a mail to each side for each`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen(
        "a", more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: ana)
      let series = try await origin.book(id, ten).all("recurringBookingUid")[0]
      #expect(try await origin.mails().count == 6)
      #expect(try await origin.act(series, "cancel").status == 200)
      #expect(try await origin.mails().filter { $0.contains(".cancelled.") }.count == 6)
    }
  }
}
