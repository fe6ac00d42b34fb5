import HTTPTypes
import JSON
import Testing

@testable import Origin

/// PATCH /v2/bookings/{uid}/hosts.
@Suite struct BookingHostTests {
  private struct Clinic {
    var ana: Person
    var bob: Person
    var cleo: Person
    var type: Int
    var uid: String
  }

  private static func clinic(_ origin: TestOrigin) async throws -> Clinic {
    let ana = try await origin.signUp("ana")
    let (bob, cleo) = (try await origin.signUp("bob"), try await origin.signUp("cleo"))
    let team = try await origin.team(of: ana, with: bob, cleo)
    let type = try await origin.teamType("x", team: team, hosts: [bob], owner: ana)
    let booked = try await origin.book(type, "2030-01-08T09:00:00Z")
    #expect(booked.status == 201 && booked.hostIDs == [bob.id], "\(booked.text)")
    return Clinic(ana: ana, bob: bob, cleo: cleo, type: type, uid: booked.uid)
  }

  private static func change(_ uid: String, _ changes: String, as person: Person, _ origin: TestOrigin)
    async throws -> Answer
  {
    try await origin.patch("/v2/bookings/\(uid)/hosts", #"{"hosts":[\#(changes)]}"#, as: person)
  }

  @Test func `a host is added, and another one taken out, with their time`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await Self.clinic(origin)
      let (bob, cleo) = (clinic.bob, clinic.cleo)
      let own = try await origin.alwaysOpen("own", of: cleo)
      let added = try await Self.change(
        clinic.uid, #"{"action":"add","userId":\#(cleo.id)}"#, as: clinic.ana, origin)
      #expect(added.status == 200 && Set(added.hostIDs) == [bob.id, cleo.id], "\(added.text)")
      let taken = try await origin.book(own, "2030-01-08T09:30:00Z")
      #expect(taken.reason == "slot_taken", "\(taken.text)")
      let removed = try await Self.change(
        clinic.uid, #"{"action":"remove","usernameOrEmail":"BOB@clinic.test"}"#, as: cleo, origin)
      #expect(removed.status == 200 && removed.hostIDs == [cleo.id], "\(removed.text)")
      #expect(try await origin.book(clinic.type, "2030-01-08T09:00:00Z").status == 201)
      let back = try await Self.change(
        clinic.uid, #"{"action":"remove","usernameOrEmail":"cleo"},{"action":"add","usernameOrEmail":"ana"}"#,
        as: clinic.ana, origin)
      #expect(back.hostIDs == [clinic.ana.id], "\(back.text)")
      #expect(try await origin.book(own, "2030-01-08T09:00:00Z").status == 201)
      let mails = try await origin.mails().filter { $0.contains("reassigned") }
      #expect(mails.contains { $0.contains("host-\(cleo.id)") }, "\(mails)")
      #expect(mails.contains { $0.contains("departed-bob@clinic.test") }, "\(mails)")
      #expect(mails.filter { $0.contains("attendee-0") }.count == 3, "\(mails)")
    }
  }

  @Test func `who is taken then is not added, and nothing of the rest happens`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await Self.clinic(origin)
      let own = try await origin.alwaysOpen("own", of: clinic.cleo)
      #expect(try await origin.book(own, "2030-01-08T09:00:00Z").status == 201)
      let refused = try await Self.change(
        clinic.uid,
        #"{"action":"add","userId":\#(clinic.ana.id)},{"action":"add","userId":\#(clinic.cleo.id)}"#,
        as: clinic.ana, origin)
      #expect(refused.status == 400 && refused.reason == "slot_taken", "\(refused.text)")
      #expect(try await origin.get("/v2/bookings/\(clinic.uid)").hostIDs == [clinic.bob.id])
    }
  }

  @Test func `what cannot be is refused by name`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let clinic = try await Self.clinic(origin)
      let dan = try await origin.signUp("dan")
      let refused: [(String, [String])] = [
        (#"{"action":"remove","userId":\#(clinic.bob.id)}"#, ["hosts"]),
        (#"{"action":"remove","userId":\#(clinic.cleo.id)}"#, ["hosts.0"]),
        (#"{"action":"add","userId":\#(clinic.bob.id)}"#, ["hosts"]),
        (#"{"action":"add","userId":\#(dan.id)}"#, ["hosts.0"]),
        (#"{"action":"add"}"#, ["hosts.0.userId"]),
        (#"{"action":"swap","userId":\#(clinic.bob.id)}"#, ["hosts.0.action"]), ("", ["hosts"]),
      ]
      for (changes, fields) in refused {
        let answer = try await origin.send(
          .patch, "/v2/bookings/\(clinic.uid)/hosts", body: #"{"hosts":[\#(changes)]}"#, as: clinic.ana,
          isHostile: true)
        #expect(answer.status == 400 && answer.fields == fields, "\(changes): \(answer.text)")
      }
      let change = #"{"action":"add","userId":\#(clinic.cleo.id)}"#
      for stranger in [dan, clinic.cleo] {
        #expect(try await Self.change(clinic.uid, change, as: stranger, origin).status == 404)
      }
      #expect(try await origin.act(clinic.uid, "cancel").status == 200)
      let late = try await Self.change(clinic.uid, change, as: clinic.ana, origin)
      #expect(late.status == 400 && late.reason == "cancelled", "\(late.text)")
    }
  }
}
