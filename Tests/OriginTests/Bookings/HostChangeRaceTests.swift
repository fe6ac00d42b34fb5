import JSON
import Scheduling
import Testing

@testable import Origin

/// Another host for a booking, while he is booked elsewhere.
@Suite(.serialized) struct HostChangeRaceTests {
  private static let rounds = 40

  /// The new one takes what the old one took, so he comes before the old one goes.
  @Test(.timeLimit(.minutes(10)))
  func `the only host is replaced, or the other one has something else then`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let team = try await origin.staffedTeam(owner: ana, admin: bob)
      let id = try await origin.teamType("a", "collective", team: team, hosts: [ana], owner: ana)
      let own = try await origin.alwaysOpen("own", of: bob)
      for round in 0..<Self.rounds {
        let uid = try await origin.book(id, try TestOrigin.hour(round)).uid
        let answers = try await origin.together(3) { index in
          switch index {
          case 0:
            try await origin.patch(
              "/v2/bookings/\(uid)/hosts",
              #"{"hosts":[{"action":"remove","userId":\#(ana.id)},{"action":"add","userId":\#(bob.id)}]}"#,
              as: ana)
          case 1: try await origin.book(own, try TestOrigin.hour(round))
          default: try await origin.book(id, try TestOrigin.hour(round), name: "N")
          }
        }
        let replaced = answers[0].status == 200
        #expect(replaced || answers[0].status == 400, "round \(round): \(answers[0].text)")
        #expect(answers[1].status == (replaced ? 400 : 201), "round \(round): \(answers[1].text)")
        #expect(answers[2].status == 400 || replaced && answers[2].status == 201, "round \(round)")
        let hosts = try await origin.get("/v2/bookings/\(uid)").hostIDs
        #expect(hosts == [replaced ? bob.id : ana.id], "round \(round)")
      }
    }
  }

  /// Fails where the hosts' locks are not taken before the bookings': each has one of the two, and waits for the other.
  @Test(.timeLimit(.minutes(10)))
  func `two bookings of one hour that want the same two people: one gets both`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let people = [ana, bob, try await origin.signUp("cleo"), try await origin.signUp("dan")]
      let team = try await origin.team("clinic", of: ana)
      for person in people.dropFirst() { try await origin.join(team, person, as: "staff", by: ana) }
      let types = [
        try await origin.teamType("a", "collective", team: team, hosts: [ana], owner: ana),
        try await origin.teamType("d", "collective", team: team, hosts: [people[3]], owner: ana),
      ]
      for round in 0..<Self.rounds {
        let uids = [
          try await origin.book(types[0], try TestOrigin.hour(round)).uid,
          try await origin.book(types[1], try TestOrigin.hour(round)).uid,
        ]
        let answers = try await origin.together(2) { index in
          let wanted = index == 0 ? [people[1], people[2]] : [people[2], people[1]]
          let list = wanted.map { #"{"action":"add","userId":\#($0.id)}"# }.joined(separator: ",")
          return try await origin.patch(
            "/v2/bookings/\(uids[index])/hosts", #"{"hosts":[\#(list)]}"#, as: ana)
        }
        #expect(answers.map(\.status).sorted() == [200, 400], "round \(round): \(answers.map(\.text))")
        #expect(answers.contains { $0.reason == "slot_taken" }, "round \(round): \(answers.map(\.text))")
      }
    }
  }

  /// Whoever is taken out and put in again stays as he is.
  @Test func `out and in again is as it was`() async throws {
    try await TestOrigin.race { origin, ana, bob async throws in
      let team = try await origin.staffedTeam(owner: ana, admin: bob)
      let id = try await origin.teamType("a", "collective", team: team, hosts: [ana], owner: ana)
      let uid = try await origin.book(id, try TestOrigin.hour(0)).uid
      let changed = try await origin.patch(
        "/v2/bookings/\(uid)/hosts",
        #"{"hosts":[{"action":"remove","userId":\#(ana.id)},{"action":"add","userId":\#(ana.id)}]}"#, as: bob)
      #expect(changed.status == 200 && changed.hostIDs == [ana.id], "\(changed.text)")
      #expect(try await origin.book(id, try TestOrigin.hour(0)).reason == "slot_taken")
    }
  }
}
