import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// What is counted holds also where nobody's time would refuse it: the hosts of those who race are different ones, and
/// nobody writes before all have read. What each of them fails without is said above it, and was seen.
@Suite(.serialized) struct LimitRaceTests {
  private static let rounds = 5

  private func race(_ body: (TestOrigin, Person, Person, Person) async throws -> Void) async throws {
    try await TestOrigin.run(now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "8"]) {
      origin async throws in
      let (ana, bob, cid) = (
        try await origin.signUp("ana"), try await origin.signUp("bob"), try await origin.signUp("cid")
      )
      try await body(origin, ana, bob, cid)
      #expect(try await origin.findings() == [])
    }
  }

  private func hour(_ day: Int, _ hour: Int) throws -> String {
    (try #require(Instant("2030-02-01T00:00:00Z")) + day * 86_400 + hour * 3600).text
  }

  /// Fails without the business's lock.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [#"{"bookingLimitsCount":{"day":1}}"#, #"{"bookingLimitsDuration":{"day":60}}"#])
  func `a team's limit counts what is booked with different people at once`(_ limit: String) async throws {
    try await race { origin, ana, bob, cid async throws in
      let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
      #expect(try await origin.patch("/v2/teams/\(team)", limit, as: ana).status == 200)
      let bobs = try await origin.teamType("b", team: team, hosts: [bob], owner: ana)
      let cids = try await origin.teamType("c", team: team, hosts: [cid], owner: ana)
      let anas = try await origin.teamType("a", "collective", team: team, hosts: [ana], owner: ana)
      for round in 0..<Self.rounds {
        // Somebody of another day moves into it, too.
        let moving = try await origin.book(anas, try hour(100 + round, 9)).uid
        let answers = try await origin.heldUp(3) { index in
          switch index {
          case 0: try await origin.book(bobs, try hour(round, 9))
          case 1: try await origin.book(cids, try hour(round, 12))
          default: try await origin.move(moving, to: try hour(round, 15))
          }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(answers.filter { $0.reason == "limit_reached" }.count == 2, "round \(round)")
      }
    }
  }

  /// Two processes, one of which has not heard that the host is another one now: their hosts' locks keep nobody apart.
  /// Fails without the event type's lock.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      (#""bookingLimitsCount":{"day":1}"#, "limit_reached"),
      (#""bookingLimitsDuration":{"day":60}"#, "limit_reached"),
      (#""bookerActiveBookingsLimit":{"maximumActiveBookings":1,"offerReschedule":false}"#, "booker_limit"),
    ])
  func `an event type's limit counts what is booked with different people at once`(
    _ limit: String, _ reason: String
  ) async throws {
    try await race { origin, ana, bob, cid async throws in
      let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
      let id = try await origin.teamType("l", "collective", team: team, hosts: [bob], owner: ana, more: limit)
      let other = try origin.sibling()
      var hosts = (bob, cid)
      for round in 0..<Self.rounds {
        #expect(
          try await other.get("/v2/slots?eventTypeId=\(id)&start=2030-02-01&end=2030-02-01").status == 200)
        hosts = (hosts.1, hosts.0)
        let changed = try await origin.patch(
          "/v2/event-types/\(id)", #"{"hosts":[{"userId":\#(hosts.0.id)}]}"#, as: ana)
        #expect(changed.status == 200, "\(changed.text)")
        let answers = try await origin.heldUp(2) { index in
          try await (index == 0 ? origin : other).book(
            id, try hour(round, 9 + index * 3), email: "n\(round)@m.test")
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(answers.filter { $0.reason == reason }.count == 1, "round \(round)")
      }
      await other.parts.postgres.shutdown()
    }
  }

  /// Fails without the ledger's locks: the hosts' or the event type's, either is enough here.
  @Test(.timeLimit(.minutes(10)))
  func `the last seat is reserved or booked, not both`() async throws {
    try await race { origin, ana, _, _ async throws in
      let id = try await origin.alwaysOpen(
        "a", more: #""seats":{"seatsPerTimeSlot":2,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      for round in 0..<Self.rounds {
        #expect(try await origin.book(id, try hour(round, 9), email: "a@m.test").status == 201)
        let answers = try await origin.heldUp(3) { index in
          index == 0
            ? try await origin.book(id, try hour(round, 9), email: "b@m.test")
            : try await origin.reserve(id, try hour(round, 9))
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(answers.filter { $0.reason == "seats_full" }.count == 2, "round \(round)")
      }
    }
  }

  /// Fails without the second look under the ledger's locks.
  @Test(.timeLimit(.minutes(10)))
  func `a limit counts the whole of a series that comes at the same time`() async throws {
    try await race { origin, ana, _, _ async throws in
      let id = try await origin.alwaysOpen(
        "s",
        more:
          #""bookingLimitsCount":{"week":1},"recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#,
        of: ana)
      for round in 0..<Self.rounds {
        let answers = try await origin.heldUp(2) { index in
          try await origin.book(id, try hour(round * 28 + index * 2, 9 + index))
        }
        #expect(answers.filter { $0.status == 201 }.count == 1, "round \(round): \(answers.map(\.text))")
        #expect(answers.filter { $0.reason == "limit_reached" }.count == 1, "round \(round)")
      }
      #expect(try await origin.count("SELECT count(*) FROM bookings") == Self.rounds * 3)
    }
  }
}
