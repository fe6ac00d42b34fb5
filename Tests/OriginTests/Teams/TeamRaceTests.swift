import JSON
import Postgres
import Scheduling
import Testing

@testable import Origin

/// A team whose people and event types change while it is booked.
@Suite(.serialized) struct TeamRaceTests {
  private static let rounds = 15

  /// Fails where the change of the event type does not take the lock of its business.
  @Test(.timeLimit(.minutes(10)))
  func `who joins while an event type becomes everybody's hosts it`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType("rr", team: team, hosts: [ana], owner: ana)
      for round in 0..<Self.rounds {
        let answers = try await origin.together(2) { index in
          index == 0
            ? try await origin.patch("/v2/event-types/\(id)", #"{"assignAllTeamMembers":true}"#, as: ana)
            : try await origin.post(
              "/v2/teams/\(team)/memberships", #"{"userId":\#(bob.id),"role":"staff"}"#, as: ana)
        }
        #expect(answers.map(\.status) == [200, 201], "round \(round): \(answers.map(\.text))")
        #expect(try await hosts(of: id, origin) == [ana.id, bob.id], "round \(round)")
        let membership = try #require(answers[1].data["id"]?.int)
        #expect(
          try await origin.delete("/v2/teams/\(team)/memberships/\(membership)", as: ana).status == 200)
        let alone = #"{"hosts":[{"userId":\#(ana.id)}]}"#
        #expect(try await origin.patch("/v2/event-types/\(id)", alone, as: ana).status == 200)
      }
    }
  }

  /// A change that names him comes before or after: 200, or 400 that says who is no member.
  @Test(.timeLimit(.minutes(10)))
  func `who leaves while he is booked and made a host is booked before, and not after`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType("rr", team: team, hosts: [ana], owner: ana)
      let both = #"{"hosts":[{"userId":\#(ana.id)},{"userId":\#(bob.id)}]}"#
      for round in 0..<Self.rounds {
        let membership = try await origin.join(team, bob, as: "staff", by: ana)
        #expect(try await origin.patch("/v2/event-types/\(id)", both, as: ana).status == 200)
        let old = try await origin.book(id, try TestOrigin.hour(round * 8))
        let answers = try await origin.together(6) { index in
          switch index {
          case 0: try await origin.delete("/v2/teams/\(team)/memberships/\(membership)", as: ana)
          case 1: try await origin.patch("/v2/event-types/\(id)", both, as: ana)
          case 2, 3: try await origin.book(id, try TestOrigin.hour(round * 8 + 1), name: "N\(index)")
          case 4: try await origin.move(old.uid, to: try TestOrigin.hour(round * 8 + 2))
          default: try await origin.reserve(id, try TestOrigin.hour(round * 8 + 3))
          }
        }
        #expect(answers[0].status == 200, "\(answers[0].text)")
        #expect([200, 400].contains(answers[1].status), "round \(round): \(answers[1].text)")
        for answer in answers[2...] {
          #expect(
            [200, 201].contains(answer.status) || ["slot_taken", "not_available"].contains(answer.reason),
            "round \(round): \(answer.text)")
        }
        #expect(answers[2...3].contains { $0.status == 201 }, "round \(round)")
        #expect(try await hosts(of: id, origin) == [ana.id], "round \(round)")
        #expect(
          try await origin.book(id, try TestOrigin.hour(round * 8 + 4)).hostIDs == [ana.id], "round \(round)")
        #expect(try await origin.book(id, try TestOrigin.hour(round * 8 + 4)).reason == "slot_taken")
      }
    }
  }

  /// A desk that has not heard of it yet gives nothing to who has left, nor makes a booking without host; the one
  /// statement of a plain booking may, for the second that a catalog may be old. Fails where whoever has no row in the
  /// turns still has a turn.
  @Test func `who has left is given nothing by a process that does not know`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let team = try await origin.team("clinic", of: ana)
      let membership = try await origin.join(team, bob, as: "staff", by: ana)
      let id = try await origin.teamType("rr", team: team, hosts: [ana, bob], owner: ana)
      let bobs = try await origin.teamType("b", team: team, hosts: [bob], owner: ana)
      // Ana has had more than he: it would be his turn.
      for index in 0..<2 { #expect(try await origin.book(id, try TestOrigin.hour(index)).status == 201) }
      let other = try origin.sibling()
      for type in [id, bobs] {
        #expect(
          try await other.get("/v2/slots?eventTypeId=\(type)&start=2030-02-01&end=2030-02-01").status == 200)
      }
      #expect(try await origin.delete("/v2/teams/\(team)/memberships/\(membership)", as: ana).status == 200)
      #expect(try await other.book(id, try TestOrigin.hour(5)).hostIDs == [ana.id])
      let nobody = try await other.bookOnce(bobs, try TestOrigin.hour(6), key: "k")
      // The catalog may have grown too old meanwhile: then it knows that there is nobody.
      #expect(nobody.reason == "slot_taken" || nobody.reason == "no_hosts", "\(nobody.text)")
      #expect(try await other.reserve(bobs, try TestOrigin.hour(7)).status == 422)
      await other.parts.postgres.shutdown()
    }
  }

  /// Who is expected keeps the team there; else it goes, and nobody books with it any more.
  @Test(.timeLimit(.minutes(10)))
  func `a team deleted while it is booked stays with its bookings, or goes without`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      var (went, stayed) = (0, 0)
      for round in 0..<Self.rounds {
        let team = try await origin.staffedTeam("t\(round)", owner: ana, admin: bob)
        let id = try await origin.teamType(
          "rr", round % 2 == 0 ? "roundRobin" : "collective", team: team, hosts: [ana, bob], owner: ana)
        let answers = try await origin.together(4) { index in
          switch index {
          case 0:
            // Sometimes a little later.
            try await Task.sleep(for: .milliseconds(round % 4 * 5))
            return try await origin.delete("/v2/teams/\(team)", as: ana)
          case 1: return try await origin.book(id, try TestOrigin.hour(round * 4))
          case 2: return try await origin.bookOnce(id, try TestOrigin.hour(round * 4 + 1), key: "k")
          default: return try await origin.reserve(id, try TestOrigin.hour(round * 4 + 2))
          }
        }
        let booked = answers[1...2].filter { $0.status == 201 }
        let isGone = answers[0].status == 200
        if isGone { went += 1 } else { stayed += 1 }
        #expect(isGone == booked.isEmpty, "round \(round): \(answers.map(\.text))")
        #expect(
          answers.allSatisfy { [200, 201, 400, 404, 409, 422].contains($0.status) }, "\(answers.map(\.text))")
        #expect(try await origin.book(id, try TestOrigin.hour(round * 4 + 3)).status == (isGone ? 404 : 201))
      }
      print("teams deleted while booked: \(went) went, \(stayed) stayed")
    }
  }

  /// A customer without bookings goes; who books in this moment is booked whole all the same.
  @Test(.timeLimit(.minutes(10)))
  func `a customer deleted while he books`() async throws {
    try await TestOrigin.race { origin, ana, _ async throws in
      let team = try await origin.team("clinic", of: ana)
      let id = try await origin.teamType("c", "collective", team: team, hosts: [ana], owner: ana)
      for round in 0..<Self.rounds {
        let path = "/v2/businesses/\(team)/customers"
        let new = try await origin.post(
          path, #"{"name":"Leo","email":"leo\#(round)@mail.test"}"#, as: ana)
        let customer = try #require(new.data["id"]?.int, "\(new.text)")
        let answers = try await origin.together(3) { index in
          index == 0
            ? try await origin.delete("\(path)/\(customer)", as: ana)
            : try await origin.book(
              id, try TestOrigin.hour(round * 2 + index), email: "leo\(round)@mail.test")
        }
        #expect([200, 400, 404, 409].contains(answers[0].status), "\(answers[0].text)")
        #expect(answers.dropFirst().allSatisfy { $0.status == 201 }, "\(answers.map(\.text))")
      }
    }
  }

  private func hosts(of id: Int, _ origin: TestOrigin) async throws -> [Int] {
    try await origin.postgres.query(
      .once("SELECT user_id FROM event_type_hosts WHERE event_type_id = $1 ORDER BY 1"), id
    ).map { try $0.decode(Int.self, at: 0) }
  }
}
