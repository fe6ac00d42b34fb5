import JSON
import Testing

@testable import Origin

/// Rooms and equipment that an event type needs: as many bookings at once as there are units.
@Suite struct SlotResourceTests {
  private func room(_ origin: TestOrigin, quantity: Int, business: Int, by owner: Person) async throws -> Int
  {
    let made = try await origin.post(
      "/v2/businesses/\(business)/resources", #"{"name":"Room","quantity":\#(quantity)}"#, as: owner)
    #expect(made.status == 201, "\(made.text)")
    return try #require(made.data["id"]?.int)
  }

  @Test func `hosts share the units of a resource, whichever event type needs them`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let cid = try await origin.host("cid", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob, cid)
      let room = try await room(origin, quantity: 2, business: team, by: ana)
      let one = try await origin.teamType(
        "one", "roundRobin", hosts: origin.hostList(ana, bob, cid), more: #""resources":[{"id":\#(room)}]"#,
        team: team, by: ana)
      let both = try await origin.teamType(
        "both", "roundRobin", hosts: origin.hostList(cid),
        more: #""resources":[{"id":\#(room),"quantity":2}]"#,
        team: team, by: ana)
      let free = try await origin.teamType(
        "free", "roundRobin", hosts: origin.hostList(cid), team: team, by: ana)
      let read = try await origin.get("/v2/teams/\(team)/event-types/\(both)", as: ana)
      #expect(read.data["resources"] == .array([.object(["id": .int(room), "quantity": .int(2)])]))
      let query = "start=2050-09-05&end=2050-09-05"
      #expect(try await origin.slots("eventTypeId=\(both)&\(query)")["2050-09-05"]?.count == 8)
      let first = try await origin.book(one, "2050-09-05T10:00:00Z")
      #expect(first.status == 201, "\(first.text)")
      // One is left: enough for one, not for both.
      #expect(try await origin.slots("eventTypeId=\(one)&\(query)")["2050-09-05"]?.contains("10:00") == true)
      #expect(
        try await origin.slots("eventTypeId=\(both)&\(query)")["2050-09-05"]?.contains("10:00") == false)
      let refused = try await origin.book(both, "2050-09-05T10:00:00Z")
      #expect(refused.status == 400, "\(refused.text)")
      #expect(try await origin.book(one, "2050-09-05T10:00:00Z").status == 201)
      // One host is free still, no room is.
      #expect(try await origin.slots("eventTypeId=\(one)&\(query)")["2050-09-05"]?.contains("10:00") == false)
      #expect(try await origin.book(one, "2050-09-05T10:00:00Z").status == 400)
      let path = "/v2/businesses/\(team)/resources/\(room)"
      #expect(try await origin.patch(path, #"{"quantity":3}"#, as: ana).status == 200)
      #expect(try await origin.slots("eventTypeId=\(one)&\(query)")["2050-09-05"]?.contains("10:00") == true)
      #expect(try await origin.patch(path, #"{"quantity":2}"#, as: ana).status == 200)
      let uid = try #require(first.data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel").status == 200)
      #expect(try await origin.slots("eventTypeId=\(one)&\(query)")["2050-09-05"]?.contains("10:00") == true)
      // What needs no room is not touched by rooms: cid alone counts.
      #expect(try await origin.slots("eventTypeId=\(free)&\(query)")["2050-09-05"]?.isEmpty == false)
      try await origin.checkEdges(query, of: both)
    }
  }

  @Test func `reserved slots keep their rooms`() async throws {
    try await TestOrigin.run(now: "2050-09-01T00:00:00Z") { origin async throws in
      let ana = try await origin.host("ana", "UTC", "09:00", "17:00")
      let bob = try await origin.host("bob", "UTC", "09:00", "17:00")
      let team = try await origin.team(of: ana, with: bob)
      let room = try await room(origin, quantity: 1, business: team, by: ana)
      let id = try await origin.teamType(
        "one", "roundRobin", hosts: origin.hostList(ana, bob),
        more: #""resources":[{"id":\#(room),"quantity":1}]"#,
        team: team, by: ana)
      let body = #"{"eventTypeId":\#(id),"slotStart":"2050-09-05T10:00:00Z"}"#
      let kept = try await origin.post("/v2/slots/reservations", body)
      #expect(kept.status == 201, "\(kept.text)")
      #expect(try await origin.post("/v2/slots/reservations", body).status == 422)
      let day = try await origin.slots("eventTypeId=\(id)&start=2050-09-05&end=2050-09-05")["2050-09-05"]
      #expect(day?.contains("10:00") == false)
      let uid = try #require(kept.data["reservationUid"]?.string)
      #expect(try await origin.delete("/v2/slots/reservations/\(uid)").status == 200)
      #expect(try await origin.book(id, "2050-09-05T10:00:00Z").status == 201)
    }
  }

  @Test func `an event type can only need what its business has`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      let own = try await room(origin, quantity: 2, business: origin.businessID(of: ana), by: ana)
      let strange = try await room(origin, quantity: 2, business: origin.businessID(of: eve), by: eve)
      func create(_ resources: String) async throws -> Answer {
        try await origin.post(
          "/v2/event-types", #"{"title":"T","slug":"t","lengthInMinutes":30,"resources":\#(resources)}"#,
          as: ana)
      }
      let cases: [(String, [String])] = [
        (#"[{"id":\#(strange)}]"#, ["resources.0.id"]),
        (#"[{"id":\#(own),"quantity":3}]"#, ["resources.0.id"]),
        (#"[{"id":\#(own)},{"id":\#(own)}]"#, ["resources"]), (#"[{"id":987654}]"#, ["resources.0.id"]),
        (#"[{"id":\#(own),"quantity":0}]"#, ["resources.0.quantity"]),
        (#"[{"quantity":1}]"#, ["resources.0.id"]),
        (#"[{"id":\#(own),"x":1}]"#, ["resources.0.x"]), ("7", ["resources"]),
      ]
      for (resources, fields) in cases {
        let refused = try await create(resources)
        #expect(refused.status == 400 && refused.fields == fields, "\(resources) \(refused.text)")
      }
      let made = try await create(#"[{"id":\#(own),"quantity":2}]"#)
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.data["id"]?.int)
      let cleared = try await origin.patch("/v2/event-types/\(id)", #"{"resources":[]}"#, as: ana)
      #expect(cleared.data["resources"] == .array([]))
    }
  }
}
