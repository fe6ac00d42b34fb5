import JSON
import Scheduling
import Testing

@testable import Origin

/// Bookings that move while something else happens, a hundred rounds each: a booking is at its old time or at its new
/// one, never at both or neither.
@Suite(.serialized) struct MoveRaceTests {
  private static let rounds = 100

  private func status(_ uid: String, _ origin: TestOrigin) async throws -> String? {
    try await origin.get("/v2/bookings/\(uid)").bookingStatus
  }

  @Test(.timeLimit(.minutes(10)))
  func `onto the time of one that is cancelled, while somebody else wants the old one`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      for round in 0..<Self.rounds {
        let (from, to) = (try TestOrigin.hour(round * 2), try TestOrigin.hour(round * 2 + 1))
        let (mover, going) = (try await origin.book(id, from).uid, try await origin.book(id, to).uid)
        let answers = try await origin.together(3) { index in
          switch index {
          case 0: try await origin.move(mover, to: to)
          case 1: try await origin.act(going, "cancel")
          default: try await origin.book(id, from, name: "N")
          }
        }
        let (moved, booked) = (answers[0].status == 201, answers[2].status == 201)
        #expect(answers[1].status == 200, "\(answers[1].text)")
        #expect(moved || answers[0].reason == "slot_taken", "round \(round): \(answers[0].text)")
        #expect(booked || answers[2].reason == "slot_taken", "round \(round): \(answers[2].text)")
        // He gave up his time only where he got the other.
        #expect(moved || !booked, "round \(round)")
        #expect(try await status(mover, origin) == (moved ? "cancelled" : "accepted"), "round \(round)")
        let active = "SELECT count(*) FROM bookings WHERE status = 'accepted'"
        #expect(try await origin.count(active) == (booked ? 2 : 1), "round \(round)")
        for uid in [moved ? answers[0].uid : mover] + (booked ? [answers[2].uid] : []) {
          #expect(try await origin.act(uid, "cancel").status == 200)
        }
      }
    }
  }

  /// Fails without `occupancies_no_overlap`.
  @Test(.timeLimit(.minutes(10)))
  func `onto a time that waits for a word, while the word is given`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      let asking = try await origin.alwaysOpen(
        "q", more: #""confirmationPolicy":{"type":"always","blockUnconfirmedBookingsInBooker":false}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let (from, to) = (try TestOrigin.hour(round * 2), try TestOrigin.hour(round * 2 + 1))
        let mover = try await origin.book(id, from).uid
        let pending = try await origin.book(asking, to).uid
        let answers = try await origin.together(2) { index in
          index == 0
            ? try await origin.move(mover, to: to) : try await origin.act(pending, "confirm", as: ana)
        }
        #expect(answers.filter { $0.status < 300 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(answers.contains { $0.reason == "slot_taken" }, "round \(round)")
        let moved = answers[0].status == 201
        #expect(try await status(mover, origin) == (moved ? "cancelled" : "accepted"))
        #expect(try await status(pending, origin) == (moved ? "pending" : "accepted"))
      }
    }
  }

  /// The reservation ends in this moment: at its last instant it counts no more, swept away or not. Fails without
  /// `occupancies_no_overlap`.
  @Test(.timeLimit(.minutes(10)))
  func `onto a reserved time, while the reservation ends and is swept away`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      let begin = try #require(Instant("2030-01-01T00:00:00Z"))
      for round in 0..<Self.rounds {
        try origin.setClock((begin + round * 600).text)
        let (from, to) = (try TestOrigin.hour(round * 2), try TestOrigin.hour(round * 2 + 1))
        let mover = try await origin.book(id, from).uid
        let kept = try await origin.reserve(id, to)
        #expect(kept.status == 201, "\(kept.text)")
        #expect(try await origin.move(mover, to: to).reason == "reserved")
        // Five minutes are over at this second.
        let answers = try await origin.together(4) { index in
          switch index {
          case 0: try origin.setClock((begin + round * 600 + 300).text)
          case 1:
            if round % 2 == 0 {
              try await SlotReservationStore(postgres: origin.postgres).sweep(now: origin.clock.now)
            }
          case 2: return try await origin.move(mover, to: to)
          default: return try await origin.book(id, to, name: "N")
          }
          return kept
        }
        let got = answers[2...].filter { $0.status == 201 }
        #expect(got.count <= 1, "round \(round)")
        #expect(
          answers[2...].allSatisfy { $0.status == 201 || ["slot_taken", "reserved"].contains($0.reason) },
          "round \(round): \(answers.map(\.text))")
        // Now it is over for everybody.
        if got.isEmpty { #expect(try await origin.move(mover, to: to).status == 201, "round \(round)") }
        #expect(try await origin.book(id, to).reason == "slot_taken")
      }
    }
  }

  /// Fails without the ledger's locks.
  @Test(.timeLimit(.minutes(10)))
  func `from seat to seat, both ways, while one leaves and one comes`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":3,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let (one, two) = (try TestOrigin.hour(round * 2), try TestOrigin.hour(round * 2 + 1))
        let first = try await origin.book(id, one, email: "a@m.test")
        let second = try await origin.book(id, two, email: "b@m.test")
        let third = try await origin.book(id, two, email: "c@m.test")
        let answers = try await origin.together(4) { index in
          switch index {
          case 0: try await origin.move(first.uid, to: two, more: #""seatUid":"\#(first.seatUID)""#)
          case 1: try await origin.move(second.uid, to: one, more: #""seatUid":"\#(second.seatUID)""#)
          case 2: try await origin.act(third.uid, "cancel", #"{"seatUid":"\#(third.seatUID)"}"#)
          default: try await origin.book(id, one, email: "d@m.test")
          }
        }
        #expect(answers.map(\.status) == [201, 201, 200, 201], "round \(round): \(answers.map(\.text))")
        let people = """
          SELECT count(*) FROM bookings b JOIN booking_attendees a ON a.booking_id = b.id AND a.seat_uid IS NOT NULL
          WHERE b.status = 'accepted'
          """
        #expect(try await origin.count(people) == (round + 1) * 3, "round \(round)")
      }
    }
  }

  /// Whichever comes first: of a series that is cancelled nothing stays, also not what moved. Fails without the row's
  /// lock.
  @Test(.timeLimit(.minutes(10)))
  func `one of a series, while the series is cancelled`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen(
        "s", more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: ana)
      for round in 0..<Self.rounds {
        let start = round / 24 * 24 * 21 + round % 24
        let booked = try await origin.book(id, try TestOrigin.hour(start))
        let uids = booked.all("uid")
        let series = try #require(booked.all("recurringBookingUid").first, "\(booked.text)")
        let answers = try await origin.together(4) { index in
          switch index {
          case 0: try await origin.act(series, "cancel")
          case 1: try await origin.act(uids[1], "cancel", #"{"cancelSubsequentBookings":true}"#)
          default: try await origin.move(uids[index - 1], to: try TestOrigin.hour(20_000 + round * 2 + index))
          }
        }
        #expect(answers[0].status == 200 || answers[0].reason == "cancelled", "\(answers[0].text)")
        for answer in answers.dropFirst() {
          #expect(
            answer.status < 300 || ["cancelled", "rescheduled"].contains(answer.reason),
            "round \(round): \(answer.text)")
        }
        #expect(
          try await origin.count("SELECT count(*) FROM bookings WHERE status = 'accepted'") == 0,
          "round \(round): \(answers.map(\.text))")
      }
    }
  }
}
