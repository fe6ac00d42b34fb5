import HTTPTypes
import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Bookings of more than one host, time or seat, a hundred rounds each. What each of them fails without is said above
/// it, and was seen.
@Suite(.serialized) struct BookingCoreRaceTests {
  private static let rounds = 100
  private static let first = "2030-02-01T00:00:00Z"

  /// An origin with Ana; rounds have an hour of their own each.
  private func race(_ body: (TestOrigin, Person) async throws -> Void) async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "8"]) {
      origin async throws in
      try await body(origin, try await origin.signUp("ana"))
      #expect(try await origin.overlaps() == 0)
    }
  }

  private func hour(_ index: Int) throws -> Instant { try #require(Instant(Self.first)) + index * 3600 }

  /// Fails without the ledger's locks: who comes late hears the wrong reason, and without the row's count in `takeSeat`
  /// besides, more than three sit.
  @Test(.timeLimit(.minutes(10)))
  func `of five who want one of three seats three sit, in one booking`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let start = try hour(round).text
        let answers = try await origin.together(5) {
          try await origin.book(id, start, email: "n\($0)@m.test")
        }
        let seated = answers.filter { $0.status == 201 }
        #expect(seated.count == 3 && Set(seated.map(\.uid)).count == 1, "round \(round)")
        #expect(Set(seated.map(\.seatUID)).count == 3)
        #expect(answers.filter { $0.status == 409 && $0.reason == "seats_full" }.count == 2, "round \(round)")
      }
      let wrong = """
        SELECT count(*) FROM bookings b WHERE b.seats_taken > 3 OR b.seats_taken <> (
          SELECT count(*) FROM booking_attendees a WHERE a.booking_id = b.id AND a.seat_uid IS NOT NULL)
        """
      #expect(try await origin.count(wrong) == 0)
      #expect(try await origin.count("SELECT count(*) FROM bookings") == Self.rounds)
    }
  }

  /// Whoever finds the booking cancelled under his hands looks again; without that he is told that all is full.
  @Test(.timeLimit(.minutes(10)))
  func `the last who leaves and one who comes: he always gets a seat`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let start = try hour(round).text
        let there = try await origin.book(id, start, email: "a@m.test")
        let answers = try await origin.together(2) { index in
          index == 0
            ? try await origin.act(there.uid, "cancel", #"{"seatUid":"\#(there.seatUID)"}"#)
            : try await origin.book(id, start, email: "b@m.test")
        }
        #expect(answers.map(\.status).sorted() == [200, 201], "round \(round): \(answers.map(\.text))")
      }
      let active = "SELECT count(*) FROM bookings WHERE status = 'accepted' AND seats_taken = 1"
      #expect(try await origin.count(active) == Self.rounds)
    }
  }

  /// Shares fail without the ledger's locks.
  @Test(.timeLimit(.minutes(10)))
  func `three hosts take three of four at once, and equally often in the end`() async throws {
    try await race { origin, ana async throws in
      let (bob, cid) = (try await origin.signUp("bob"), try await origin.signUp("cid"))
      let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
      let id = try await origin.teamType("rr", team: team, hosts: [ana, bob, cid], owner: ana)
      for round in 0..<Self.rounds {
        let start = try hour(round).text
        let answers = try await origin.together(4) { try await origin.book(id, start, name: "N\($0)") }
        let booked = answers.filter { $0.status == 201 }
        #expect(Set(booked.flatMap(\.hostIDs)) == [ana.id, bob.id, cid.id], "round \(round)")
        #expect(booked.count == 3 && answers.filter { $0.status == 400 }.count == 1, "round \(round)")
      }
      // Now everybody is free each time, so whose turn it is decides.
      for round in 0..<20 {
        let answers = try await origin.together(5) {
          try await origin.book(id, try hour(Self.rounds + round * 5 + $0).text)
        }
        #expect(answers.allSatisfy { $0.status == 201 })
      }
      let shares = try await origin.postgres.query(
        .once("SELECT count(*) FROM booking_hosts GROUP BY user_id")
      ).map { try $0.decode(Int.self, at: 0) }
      #expect(shares.reduce(0, +) == 400 && shares.max()! - shares.min()! <= 1, "\(shares)")
    }
  }

  /// Fails without `occupancies_no_overlap`.
  @Test(.timeLimit(.minutes(10)))
  func `a confirmation, a booking and a reservation of one time: one of them`() async throws {
    try await race { origin, ana async throws in
      let asking = try await origin.alwaysOpen(
        "q", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#,
        of: ana)
      let plain = try await origin.alwaysOpen("p", of: ana)
      for round in 0..<Self.rounds {
        let start = try hour(round).text
        let pending = try await origin.book(asking, start)
        #expect(pending.bookingStatus == "pending")
        let answers = try await origin.together(4) { index in
          switch index {
          case 0, 1: try await origin.act(pending.uid, "confirm", as: ana)
          case 2: try await origin.book(plain, start)
          default: try await origin.reserve(plain, start)
          }
        }
        #expect(answers.filter { $0.status < 300 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(
          answers.allSatisfy { $0.status < 300 || $0.status == 400 || $0.status == 422 }, "round \(round)")
      }
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == Self.rounds)
    }
  }

  /// The row's lock keeps them apart, the only one that a cancellation takes.
  @Test(.timeLimit(.minutes(10)))
  func `confirm, decline, cancel and move at once: one of them happens, and owes its own mails`()
    async throws
  {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "q", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":true}"#, of: ana
      )
      for round in 0..<Self.rounds {
        let start = try hour(round * 2).text
        let next = try hour(round * 2 + 1).text
        let uid = try await origin.book(id, start).uid
        let answers = try await origin.together(5) { index in
          switch index {
          case 0, 1: try await origin.act(uid, "confirm", as: ana)
          case 2: try await origin.act(uid, "decline", as: ana)
          case 3: try await origin.act(uid, "cancel")
          default: try await origin.move(uid, to: next)
          }
        }
        let confirmed = answers[0...1].filter { $0.status == 200 }.count
        let (rejected, cancelled, moved) = (
          answers[2].status == 200, answers[3].status == 200, answers[4].status == 201
        )
        // A confirmed one may still be cancelled or moved, in that order.
        #expect([rejected, cancelled, moved].filter(\.self).count <= 1, "round \(round)")
        #expect(confirmed <= 1 && !(rejected && confirmed == 1), "round \(round)")
        #expect(rejected || cancelled || moved || confirmed == 1, "round \(round)")
        #expect(
          answers.allSatisfy { $0.status < 300 || $0.status == 400 }, "round \(round): \(answers.map(\.text))"
        )
        let old = try await origin.get("/v2/bookings/\(uid)").bookingStatus
        #expect(
          old == (moved || cancelled ? "cancelled" : rejected ? "rejected" : "accepted"), "round \(round)")
        let owed = try await origin.mails().filter { $0.hasPrefix("booking.\(uid).") }
        #expect(owed.contains { $0.contains(".declined.") } == rejected, "round \(round)")
        #expect(owed.contains { $0.contains(".cancelled.") } == cancelled, "round \(round)")
        #expect(owed.contains { $0.contains(".scheduled.") } == (confirmed == 1), "round \(round)")
      }
      let stray = """
        SELECT count(*) FROM occupancies o JOIN bookings b ON b.id = o.booking_id
        WHERE b.status NOT IN ('accepted', 'pending')
        """
      #expect(try await origin.count(stray) == 0)
    }
  }

  /// Fails without `occupancies_no_overlap`.
  @Test(.timeLimit(.minutes(10)))
  func `reservations against bookings: one has the time`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      for round in 0..<Self.rounds {
        let start = try hour(round).text
        let answers = try await origin.together(6) { index in
          index % 2 == 0 ? try await origin.reserve(id, start) : try await origin.book(id, start)
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round)")
        #expect(answers.allSatisfy { [201, 400, 422].contains($0.status) }, "round \(round)")
      }
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == Self.rounds)
    }
  }

  /// Fails without the ledger's locks; either the event type's or the host's is enough here (LimitRaceTests tells them
  /// apart).
  @Test(.timeLimit(.minutes(10)))
  func `a limit of two a day is never passed by five at once, and never missed`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", more: #""bookingLimitsCount":{"day":2}"#, of: ana)
      for round in 0..<Self.rounds {
        let answers = try await origin.together(5) {
          try await origin.book(id, try hour(round * 24 + $0 * 2).text)
        }
        #expect(answers.filter { $0.status == 201 }.count == 2, "round \(round)")
        #expect(answers.filter { $0.reason == "limit_reached" }.count == 3, "round \(round)")
      }
    }
  }

  /// The same.
  @Test(.timeLimit(.minutes(10)))
  func `a booker's cap holds for four of his requests at once`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":false}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let answers = try await origin.together(4) {
          try await origin.book(id, try hour(round * 4 + $0).text, email: "n\(round)@m.test")
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round)")
        #expect(answers.filter { $0.reason == "booker_limit" }.count == 3, "round \(round)")
      }
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `two bookings moved onto each other's time, and one after them: nobody is lost`() async throws {
    try await race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      for round in 0..<Self.rounds {
        let times = try (0..<4).map { try hour(round * 4 + $0).text }
        let a = try await origin.book(id, times[0]).uid
        let b = try await origin.book(id, times[1]).uid
        let answers = try await origin.together(3) { index in
          switch index {
          case 0: try await origin.move(a, to: times[1])
          case 1: try await origin.move(b, to: times[0])
          default: try await origin.book(id, times[round % 3])
          }
        }
        #expect(
          answers.allSatisfy { $0.status == 201 || $0.reason == "slot_taken" },
          "round \(round): \(answers.map(\.text))")
        #expect(
          answers.filter { $0.status == 201 && $0.data["rescheduledFromUid"] != nil }.isEmpty,
          "round \(round)")
        for uid in [a, b] {
          #expect(try await origin.get("/v2/bookings/\(uid)").bookingStatus == "accepted", "round \(round)")
        }
      }
      #expect(
        try await origin.count("SELECT count(*) FROM occupancies")
          == origin.count("SELECT count(*) FROM bookings WHERE status = 'accepted'"))
    }
  }
}
