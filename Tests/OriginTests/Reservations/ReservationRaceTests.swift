import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Reservations that move, go and end while others want the same, a hundred rounds each.
@Suite(.serialized) struct ReservationRaceTests {
  private static let rounds = 100
  private static let path = "/v2/slots/reservations"

  /// Fails where a move takes a name for one that is there without looking again under the locks.
  @Test(.timeLimit(.minutes(10)))
  func `moved twice, given back and booked at once: it is at one place, or gone`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let types = [try await origin.alwaysOpen("a", of: ana), try await origin.alwaysOpen("b", of: ana)]
      for round in 0..<Self.rounds {
        let times = try (0..<3).map { try TestOrigin.hour(round * 3 + $0) }
        let kept = try await origin.reserve(types[0], times[0])
        let uid = try #require(kept.data["reservationUid"]?.string, "\(kept.text)")
        let answers = try await origin.together(4) { index in
          switch index {
          case 0, 1:
            try await origin.patch(
              "\(Self.path)/\(uid)", #"{"eventTypeId":\#(types[index]),"slotStart":"\#(times[index + 1])"}"#)
          case 2: try await origin.delete("\(Self.path)/\(uid)")
          default:
            try await origin.book(types[0], times[0], more: #""reservedSlotUid":"\#(uid)""#)
          }
        }
        #expect(answers[2].status == 200, "\(answers[2].text)")
        #expect(answers[0...1].allSatisfy { [200, 404].contains($0.status) }, "\(answers.map(\.text))")
        #expect(
          answers[3].status == 201 || answers[3].reason == "reserved", "round \(round): \(answers[3].text)")
        // It was given back, by the one who had its name: it does not come to life again.
        #expect(try await origin.get("\(Self.path)/\(uid)").data == .null, "round \(round)")
        #expect(try await origin.count("SELECT count(*) FROM slot_reservations") == 0, "round \(round)")
      }
    }
  }

  /// The sweeper takes nothing from anybody, and where it was not yet, what is over is in nobody's way. Fails without
  /// `occupancies_no_overlap`.
  @Test(.timeLimit(.minutes(10)))
  func `swept away or not yet, while several book the time that was held`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      let limited = try await origin.alwaysOpen("b", more: #""bookingLimitsCount":{"day":24}"#, of: ana)
      let begin = try #require(Instant("2030-01-01T00:00:00Z"))
      for round in 0..<Self.rounds {
        try origin.setClock((begin + round * 600).text)
        let time = try TestOrigin.hour(round)
        #expect(try await origin.reserve(id, time).status == 201)
        try origin.setClock((begin + round * 600 + 300).text)
        let answers = try await origin.together(5) { index in
          switch index {
          case 0:
            if round % 2 == 0 {
              try await SlotReservationStore(postgres: origin.postgres).sweep(now: origin.clock.now)
            }
            return try await origin.get("\(Self.path)/x")
          case 1, 2: return try await origin.book(id, time)
          case 3: return try await origin.book(limited, time)
          default: return try await origin.reserve(limited, time)
          }
        }
        #expect(
          answers.dropFirst().filter { $0.status == 201 }.count == 1, "round \(round): \(answers.map(\.text))"
        )
        for answer in answers[1...3] where answer.status != 201 {
          #expect(["slot_taken", "reserved"].contains(answer.reason), "round \(round): \(answer.text)")
        }
      }
    }
  }

  /// Everybody takes a reservation before the time that it holds. Fails where the deletion takes the time first: the one
  /// who has the reservation waits for it then, and it for him.
  @Test func `an event type that goes and the sweeper never wait for each other`() async throws {
    try await TestOrigin.race { origin, ana async throws in
      let id = try await origin.alwaysOpen("a", of: ana)
      #expect(try await origin.reserve(id, try TestOrigin.hour(1)).status == 201)
      let deleting = try await origin.postgres.transaction { transaction in
        _ = try await transaction.query(.once("SELECT FROM slot_reservations FOR UPDATE"))
        let deleting = Task { try await origin.delete("/v2/event-types/\(id)", as: ana) }
        try await origin.untilStanding(1, asking: origin.postgres)
        _ = try await transaction.query(.once("SELECT FROM occupancies FOR UPDATE"))
        return deleting
      }
      #expect(try await deleting.value.status == 200)
      #expect(try await origin.count("SELECT count(*) FROM occupancies") == 0)
    }
  }
}
