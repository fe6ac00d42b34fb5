import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// Rule 12 of api.md 3.3, and round robin.
@Suite struct ReassignTests {
  private struct Clinic {
    var ana: Person
    var bob: Person
    var cid: Person
    var dan: Person
    var team: Int
    var type: Int
  }

  /// Ana owns it, Bob and Cid take turns, Dan is on the staff.
  private func clinic(_ origin: TestOrigin) async throws -> Clinic {
    let (ana, bob) = (try await origin.signUp("ana"), try await origin.signUp("bob"))
    let (cid, dan) = (try await origin.signUp("cid"), try await origin.signUp("dan"))
    let team = try await origin.team("clinic", of: ana)
    for person in [bob, cid, dan] { try await origin.join(team, person, as: "staff", by: ana) }
    let type = try await origin.teamType("rr", team: team, hosts: [bob, cid], owner: ana)
    return Clinic(ana: ana, bob: bob, cid: cid, dan: dan, team: team, type: type)
  }

  private let ten = "2030-01-08T10:00:00Z"

  @Test func `hosts take turns, and a third at one time finds nobody`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await clinic(origin)
      let first = try await origin.book(clinic.type, ten)
      let second = try await origin.book(clinic.type, ten)
      #expect(first.status == 201 && second.status == 201, "\(second.text)")
      #expect(Set(first.hostIDs + second.hostIDs) == [clinic.bob.id, clinic.cid.id])
      let third = try await origin.book(clinic.type, ten)
      #expect(third.status == 400 && ["slot_taken", "not_available"].contains(third.reason))
      for hour in [12, 13, 14, 15] { _ = try await origin.book(clinic.type, "2030-01-08T\(hour):00:00Z") }
      #expect(
        try await origin.count("SELECT count(*) FROM booking_hosts WHERE user_id = \(clinic.bob.id)") == 3)
    }
  }

  @Test func `a booking goes to another host, whose time it takes from then on`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await clinic(origin)
      let booked = try await origin.book(clinic.type, ten)
      let old = try #require(booked.hostIDs.first)
      let new = old == clinic.bob.id ? clinic.cid : clinic.bob
      let answer = try await origin.send(.post, "/v2/bookings/\(booked.uid)/reassign", as: clinic.ana)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(answer.data["bookingUid"]?.string == booked.uid)
      #expect(answer.data["reassignedTo"]?["id"]?.int == new.id)
      #expect(answer.data["reassignedTo"]?["email"]?.string == new.email)
      #expect(answer.data["reassignedTo"]?["displayEmail"]?.string == new.email)
      #expect(try await origin.get("/v2/bookings/\(booked.uid)").hostIDs == [new.id])
      #expect(
        try await origin.count("SELECT count(*) FROM occupancies WHERE subject_id = \(new.id)") == 1)
      #expect(
        try await origin.count("SELECT count(*) FROM occupancies WHERE subject_id = \(old)") == 0)
      let second = try await origin.book(clinic.type, ten)
      #expect(second.hostIDs == [old], "\(second.text)")
      let nobody = try await origin.act(booked.uid, "reassign", as: clinic.ana)
      #expect(nobody.status == 400, "\(nobody.text)")
      let busy = try await origin.act(booked.uid, "reassign/\(old)", as: clinic.ana)
      #expect(busy.status == 400, "\(busy.text)")
    }
  }

  @Test func `to a named host, by whoever may; not to others, not by others`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await clinic(origin)
      let eve = try await origin.signUp("eve")
      let booked = try await origin.book(clinic.type, ten)
      let new = booked.hostIDs == [clinic.bob.id] ? clinic.cid : clinic.bob
      #expect(try await origin.act(booked.uid, "reassign").status == 401)
      #expect(try await origin.act(booked.uid, "reassign", as: clinic.dan).status == 403)
      #expect(try await origin.act(booked.uid, "reassign", as: eve).status == 403)
      for stranger in [clinic.dan.id, eve.id, 999_999] {
        let answer = try await origin.act(booked.uid, "reassign/\(stranger)", as: clinic.ana)
        #expect(answer.status == 400, "\(answer.text)")
      }
      #expect(try await origin.act("nobody1", "reassign", as: clinic.ana).status == 404)
      let answer = try await origin.act(
        booked.uid, "reassign/\(new.id)", #"{"reason":"ill"}"#, as: clinic.ana)
      #expect(answer.status == 200 && answer.data["reassignedTo"]?["id"]?.int == new.id, "\(answer.text)")
      #expect(try await origin.act(booked.uid, "cancel").status == 200)
      #expect(try await origin.act(booked.uid, "reassign", as: clinic.ana).status == 400)
      let own = try await origin.alwaysOpen("own", of: clinic.ana)
      let single = try await origin.book(own, ten)
      #expect(try await origin.act(single.uid, "reassign", as: clinic.ana).status == 400)
    }
  }

  /// Fails where it is enough that he is not the one who gives it away: 500 by the primary key.
  @Test func `a booking goes to nobody who has it already`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await clinic(origin)
      let hosts = { (isFixed: Bool) in
        #"{"hosts":[{"userId":\#(clinic.bob.id),"mandatory":\#(isFixed)},{"userId":\#(clinic.cid.id)}]}"#
      }
      let path = "/v2/event-types/\(clinic.type)"
      #expect(try await origin.patch(path, hosts(true), as: clinic.ana).status == 200)
      let booked = try await origin.book(clinic.type, ten)
      #expect(Set(booked.hostIDs) == [clinic.bob.id, clinic.cid.id])
      #expect(try await origin.patch(path, hosts(false), as: clinic.ana).status == 200)
      let refused = try await origin.act(booked.uid, "reassign", as: clinic.ana)
      #expect(refused.status == 400 && refused.reason == "not_available", "\(refused.text)")
    }
  }
}
