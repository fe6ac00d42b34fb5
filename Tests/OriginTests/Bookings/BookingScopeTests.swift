import JSON
import Postgres
import Testing

@testable import Origin

/// Who sees what in lists of bookings.
@Suite struct BookingScopeTests {
  private func uids(_ answer: Answer) -> [String] {
    #expect(answer.status == 200, "\(answer.text)")
    let uids = (answer.data.array ?? []).compactMap { $0["uid"]?.string }
    #expect(answer.json["pagination"]?["totalItems"]?.int == uids.count)
    return uids
  }

  private struct Clinic {
    var origin: TestOrigin
    var (ana, ben, cleo): (Person, Person, Person)
    var team: Int
  }

  /// A team of Ana, its admin Ben and Cleo of its staff, who hosts one of each status; Ana also has one of her own.
  private func withClinic(_ body: (Clinic) async throws -> Void) async throws {
    try await TestOrigin.run(now: "2030-01-08T00:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let ben = try await origin.signUp("ben")
      let cleo = try await origin.signUp("cleo")
      let team = try await origin.staffedTeam(owner: ana, admin: ben, staff: cleo)
      try await origin.putBooking("t1", in: team, at: "2030-01-09T10:00Z", hosts: [ana])
      try await origin.putBooking("t2", in: team, at: "2030-01-09T11:00Z", status: "pending", hosts: [ben])
      try await origin.putBooking("t3", in: team, at: "2030-01-09T12:00Z", hosts: [cleo, ben], series: "s")
      try await origin.putBooking("t4", in: team, at: "2030-01-01T12:00Z", status: "pending", hosts: [cleo])
      try await origin.putBooking(
        "a1", in: try await origin.businessID(of: ana), at: "2030-01-09T13:00Z", hosts: [ana])
      try await body(Clinic(origin: origin, ana: ana, ben: ben, cleo: cleo, team: team))
    }
  }

  @Test func `owner and admin of a team see all of it, staff what they host, strangers nothing`() async throws
  {
    try await withClinic { clinic async throws in
      let origin = clinic.origin
      #expect(uids(try await origin.get("/v2/bookings", as: clinic.ana)) == ["t4", "t1", "t2", "t3", "a1"])
      #expect(uids(try await origin.get("/v2/bookings", as: clinic.ben)) == ["t4", "t1", "t2", "t3"])
      #expect(uids(try await origin.get("/v2/bookings", as: clinic.cleo)) == ["t4", "t3"])
      let eve = try await origin.signUp("eve")
      #expect(uids(try await origin.get("/v2/bookings?teamId=\(clinic.team)", as: eve)) == [])
    }
  }

  @Test func `whoever left sees what he hosted`() async throws {
    try await withClinic { clinic async throws in
      _ = try await clinic.origin.postgres.query(
        .once("DELETE FROM memberships WHERE business_id = $1 AND user_id = $2"), clinic.team, clinic.ben.id)
      #expect(uids(try await clinic.origin.get("/v2/bookings", as: clinic.ben)) == ["t2", "t3"])
    }
  }

  @Test func `teamId and teamsIds leave the bookings of these teams that one sees anyway`() async throws {
    try await withClinic { clinic async throws in
      let origin = clinic.origin
      let own = try await origin.businessID(of: clinic.ana)
      let other = try await origin.team("other", of: clinic.ana)
      try await origin.putBooking("o1", in: other, at: "2030-01-10T10:00Z", hosts: [clinic.cleo])
      for (query, person, expected) in [
        ("teamId=\(clinic.team)", clinic.ana, ["t4", "t1", "t2", "t3"]),
        ("teamId=\(other)", clinic.ana, ["o1"]),
        ("teamsIds=\(other),\(clinic.team)", clinic.ana, ["t4", "t1", "t2", "t3", "o1"]),
        ("teamId=\(clinic.team)&status=upcoming", clinic.ana, ["t1", "t2", "t3"]),
        // One's own business is no team.
        ("teamId=\(own)", clinic.ana, []), ("teamId=999", clinic.ana, []),
        ("teamId=\(clinic.team)", clinic.cleo, ["t4", "t3"]), ("teamId=\(other)", clinic.cleo, ["o1"]),
        ("teamId=\(other)", clinic.ben, []),
      ] { #expect(uids(try await origin.get("/v2/bookings?\(query)", as: person)) == expected, "\(query)") }
      #expect(try await origin.get("/v2/bookings?teamsIds=x", as: clinic.ana).fields == ["teamsIds"])
      #expect(try await origin.get("/v2/bookings?teamId=x", as: clinic.ana).fields == ["teamId"])
    }
  }

  @Test func `unconfirmed is pending, over or not; recurring is part of a series`() async throws {
    try await withClinic { clinic async throws in
      for (status, expected) in [
        ("unconfirmed", ["t4", "t2"]), ("recurring", ["t3"]), ("recurring,unconfirmed", ["t4", "t2", "t3"]),
        ("upcoming", ["t1", "t2", "t3"]), ("past", ["t4"]), ("past,unconfirmed", ["t4", "t2"]),
        ("cancelled", []), ("cancelled,recurring", ["t3"]),
      ] {
        let answer = try await clinic.origin.get("/v2/bookings?status=\(status)", as: clinic.ben)
        #expect(uids(answer) == expected, "\(status)")
      }
    }
  }

  @Test func `what one attends elsewhere is there once the address is confirmed, and only once`() async throws
  {
    try await withClinic { clinic async throws in
      let origin = clinic.origin
      let mail = clinic.cleo.email.uppercased()
      try await origin.putBooking(
        "x1", in: clinic.team, at: "2030-01-11T10:00Z", hosts: [clinic.ana], attendee: mail)
      try await origin.putBooking(
        "x2", in: clinic.team, at: "2030-01-11T11:00Z", hosts: [clinic.cleo], attendee: mail)
      #expect(uids(try await origin.get("/v2/bookings", as: clinic.cleo)) == ["t4", "t3", "x2"])
      _ = try await origin.postgres.query(
        .once("UPDATE users SET email_verified_at = now() WHERE id = $1"), clinic.cleo.id)
      #expect(uids(try await origin.get("/v2/bookings", as: clinic.cleo)) == ["t4", "t3", "x1", "x2"])
    }
  }
}
