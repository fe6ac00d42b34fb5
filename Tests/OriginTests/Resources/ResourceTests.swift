import Foundation
import HTTPTypes
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct ResourceTests {
  @Test func `a resource reads back as it was written, and its quantity is its units`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/resources"
      let created = try await origin.post(
        path, #"{"name":"Room","description":"First floor","quantity":3}"#, as: ana)
      #expect(created.status == 201 && created.data["quantity"]?.int == 3, "\(created.text)")
      let id = try #require(created.data["id"]?.int)
      #expect(try await origin.get("\(path)/\(id)", as: ana).data == created.data)
      let list = try await origin.get(path, as: ana)
      #expect(list.data == .array([created.data]) && list.json["pagination"]?["totalItems"]?.int == 1)
      #expect(try await origin.units(of: id) == 3)
      let renamed = try await origin.patch("\(path)/\(id)", #"{"name":"Hall"}"#, as: ana)
      #expect(renamed.data["name"]?.string == "Hall" && renamed.data["description"]?.string == "First floor")
      #expect(renamed.data["quantity"]?.int == 3)
      #expect(try await origin.delete("\(path)/\(id)", as: ana).status == 200)
      #expect(try await origin.get("\(path)/\(id)", as: ana).status == 404)
      #expect(try await origin.delete("\(path)/\(id)", as: ana).status == 404)
      #expect(try await origin.units(of: id) == 0)
    }
  }

  @Test func `raising adds units, lowering retires free ones, and those come back first`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, id) = try await origin.resource(quantity: 2, of: ana)
      #expect(try await origin.patch(path, #"{"quantity":5}"#, as: ana).data["quantity"]?.int == 5)
      #expect(try await origin.patch(path, #"{"quantity":1}"#, as: ana).data["quantity"]?.int == 1)
      #expect(try await origin.units(of: id) == 1)
      #expect(try await origin.patch(path, #"{"quantity":4}"#, as: ana).data["quantity"]?.int == 4)
      let units = try await origin.postgres.query(
        .once("SELECT count(*) FROM resource_units WHERE resource_id = $1"), id
      ).first?.decode(Int.self, at: 0)
      #expect(units == 5)
      // A unit that came back can be booked again.
      let blocked = try await origin.postgres.query(
        .once(
          "SELECT FROM occupancies o JOIN resource_units u ON u.id = o.subject_id WHERE NOT u.retired"))
      #expect(blocked.isEmpty)
    }
  }

  @Test func `what bookings to come hold stays, whichever units they have`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, id) = try await origin.resource(quantity: 3, of: ana)
      let units = try await origin.unitIDs(of: id)
      try await origin.occupy(units[0], "[2030-01-08 10:00+00,2030-01-08 11:00+00)")
      try await origin.occupy(units[2], "[2030-01-01 07:30+00,2030-01-01 08:30+00)")
      // Over already, and a hold that has expired.
      try await origin.occupy(units[1], "[2029-12-31 10:00+00,2029-12-31 11:00+00)")
      try await origin.occupy(
        units[1], "[2030-01-09 10:00+00,2030-01-09 11:00+00)", expires: "2030-01-01 07:59+00")
      let refused = try await origin.patch(path, #"{"quantity":1}"#, as: ana)
      #expect(refused.status == 409 && refused.reason == "resource_in_use", "\(refused.text)")
      #expect(refused.json["error"]?["details"]?["held"]?.int == 2)
      #expect(try await origin.units(of: id) == 3)
      #expect(try await origin.patch(path, #"{"quantity":2}"#, as: ana).data["quantity"]?.int == 2)
      #expect(try await origin.unitIDs(of: id) == [units[0], units[2]])
      #expect(try await origin.delete(path, as: ana).reason == "resource_in_use")
      origin.clock.hold(origin.clock.now.addingTimeInterval(3600))
      #expect(try await origin.patch(path, #"{"quantity":1}"#, as: ana).status == 200)
      #expect(try await origin.unitIDs(of: id) == [units[0]])
    }
  }

  @Test func `a unit that is retired cannot be taken by who saw it a moment ago`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, id) = try await origin.resource(quantity: 2, of: ana)
      let units = try await origin.unitIDs(of: id)
      #expect(try await origin.patch(path, #"{"quantity":1}"#, as: ana).status == 200)
      await #expect(throws: PostgresError.self) {
        try await origin.occupy(units[1], "[2030-01-08 10:00+00,2030-01-08 11:00+00)")
      }
      try await origin.occupy(units[0], "[2030-01-08 10:00+00,2030-01-08 11:00+00)")
    }
  }

  @Test func `booking the last unit and retiring it at once: exactly one of both happens`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, id) = try await origin.resource(quantity: 2, of: ana)
      let first = try await origin.unitIDs(of: id)[0]
      try await origin.occupy(first, "[2030-01-07 10:00+00,2030-01-07 11:00+00)")
      for round in 0..<50 {
        let last = try await origin.unitIDs(of: id)[1]
        async let lowered = origin.patch(path, #"{"quantity":1}"#, as: ana)
        async let booked: Void? = try? origin.occupy(last, "[2030-01-08 10:00+00,2030-01-08 11:00+00)")
        let (status, isBooked) = (try await lowered.status, await booked != nil)
        #expect(status == (isBooked ? 409 : 200), "round \(round)")
        _ = try await origin.postgres.query(
          .once(
            "DELETE FROM occupancies WHERE subject_id = $1 AND lower(during) = '2030-01-08 10:00+00'"), last)
        #expect(try await origin.patch(path, #"{"quantity":2}"#, as: ana).status == 200)
      }
    }
  }

  @Test func `a resource that event types need stays, and a change of its quantity purges their slots`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, id) = try await origin.resource(quantity: 2, of: ana)
      let type = try await origin.eventType(
        "a", length: 60, more: #""resources":[{"id":\#(id),"quantity":2}]"#, of: ana)
      let refused = try await origin.delete(path, as: ana)
      #expect(refused.status == 409 && refused.reason == "resource_needed", "\(refused.text)")
      #expect(refused.json["error"]?["details"]?["eventTypeIds"] == .array([.int(type)]))
      let before = try await origin.purges(of: type)
      let changed = try await origin.patch(path, #"{"quantity":3}"#, as: ana)
      #expect(changed.headers[.cachePurgeTags] == "event-type:\(type)")
      #expect(try await origin.purges(of: type) == before + 1)
      #expect(try await origin.patch(path, #"{"name":"Other"}"#, as: ana).headers[.cachePurgeTags] == nil)
      #expect(try await origin.purges(of: type) == before + 1)
    }
  }

  @Test func `one room is one booking at a time, whoever the hosts are; a second room is a second one`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, leo) = (try await origin.signUp("ana"), try await origin.signUp("leo"))
      let team = try await origin.staffedTeam(owner: ana, staff: leo)
      let room = try await origin.post(
        "/v2/businesses/\(team)/resources", #"{"name":"Room","quantity":1}"#, as: ana)
      let id = try #require(room.data["id"]?.int)
      var types: [Int] = []
      for person in [ana, leo] {
        let created = try await origin.post(
          "/v2/teams/\(team)/event-types",
          #"{"title":"T","slug":"with-\#(person.username)","lengthInMinutes":60,"minimumBookingNotice":0,"#
            + #""schedulingType":"collective","hosts":[{"userId":\#(person.id)}],"resources":[{"id":\#(id),"#
            + #""quantity":1}]}"#, as: ana)
        types.append(try #require(created.data["id"]?.int, "\(created.text)"))
      }
      let first = try await origin.book(types[0], "2030-01-08T10:00:00Z")
      #expect(first.status == 201, "\(first.text)")
      let clash = try await origin.book(types[1], "2030-01-08T10:00:00Z", email: "mia@mail.test")
      #expect(clash.status == 400, "\(clash.text)")
      let path = "/v2/businesses/\(team)/resources/\(id)"
      #expect(try await origin.patch(path, #"{"quantity":2}"#, as: ana).status == 200)
      // What an event type needs is remembered for a second at most.
      var second = clash
      let deadline = ContinuousClock.now + .seconds(60)
      while second.status == 400, ContinuousClock.now < deadline {
        second = try await origin.book(types[1], "2030-01-08T10:00:00Z", email: "mia@mail.test")
      }
      #expect(second.status == 201, "\(second.text)")
      let refused = try await origin.patch(path, #"{"quantity":1}"#, as: ana)
      #expect(refused.json["error"]?["details"]?["held"]?.int == 2, "\(refused.text)")
      let uid = try #require(second.data["uid"]?.string)
      #expect(try await origin.post("/v2/bookings/\(uid)/cancel", "{}").status == 200)
      #expect(try await origin.patch(path, #"{"quantity":1}"#, as: ana).status == 200)
      let customers = try await origin.get("/v2/businesses/\(team)/customers", as: leo)
      #expect(customers.data.array?.map { $0["email"]?.string } == ["leo@mail.test", "mia@mail.test"])
    }
  }

  @Test func `owner and admins write, staff read, strangers find nothing`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, leo, mia, eve) = (
        try await origin.signUp("ana"), try await origin.signUp("leo"), try await origin.signUp("mia"),
        try await origin.signUp("eve")
      )
      let team = try await origin.staffedTeam(owner: ana, admin: leo, staff: mia)
      let path = "/v2/businesses/\(team)/resources"
      let created = try await origin.post(path, #"{"name":"Room","quantity":1}"#, as: leo)
      let one = "\(path)/\(try #require(created.data["id"]?.int))"
      for (person, read, write) in [(ana, 200, 200), (leo, 200, 200), (mia, 200, 403), (eve, 404, 404)] {
        #expect(try await origin.get(path, as: person).status == read)
        #expect(try await origin.get(one, as: person).status == read)
        #expect(try await origin.patch(one, #"{"quantity":2}"#, as: person).status == write)
      }
      #expect(try await origin.delete(one, as: mia).status == 403)
      #expect(try await origin.delete(one, as: eve).status == 404)
      #expect(try await origin.get(path).status == 401)
      let own = try await origin.businessID(of: eve)
      #expect(try await origin.get(one.replacing("/\(team)/", with: "/\(own)/"), as: eve).status == 404)
    }
  }

  @Test func `every wrong field is named`() async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let (path, _) = try await origin.resource(quantity: 1, of: ana)
      for quantity in ["0", "1001", "1.5", #""2""#] {
        #expect(try await origin.patch(path, #"{"quantity":\#(quantity)}"#, as: ana).fields == ["quantity"])
      }
      let answer = try await origin.post(
        "/v2/businesses/\(try await origin.businessID(of: ana))/resources", #"{"name":"","x":1}"#, as: ana)
      #expect(answer.fields == ["name", "quantity", "x"])
    }
  }
}

extension TestOrigin {
  fileprivate func resource(quantity: Int, of person: Person) async throws -> (path: String, id: Int) {
    let path = "/v2/businesses/\(try await businessID(of: person))/resources"
    let created = try await post(path, #"{"name":"Room","quantity":\#(quantity)}"#, as: person)
    let id = try #require(created.data["id"]?.int, "\(created.text)")
    return ("\(path)/\(id)", id)
  }

  fileprivate func units(of id: Int) async throws -> Int { try await unitIDs(of: id).count }

  fileprivate func unitIDs(of id: Int) async throws -> [Int] {
    try await postgres.query(
      .once("SELECT id FROM resource_units WHERE resource_id = $1 AND NOT retired ORDER BY id"), id
    ).map { try $0.decode(at: 0) }
  }

  fileprivate func occupy(_ unit: Int, _ during: String, expires: String? = nil) async throws {
    _ = try await postgres.query(
      .once(
        """
        INSERT INTO occupancies (subject_id, business_id, during, expires_at)
        SELECT u.id, u.business_id, $2::text::tstzrange, $3::text::timestamptz FROM resource_units u WHERE u.id = $1
        """), unit, during, expires)
  }

  fileprivate func purges(of eventType: Int) async throws -> Int {
    try #require(
      try await postgres.query(
        .once("SELECT count(*) FROM edge_events WHERE $1 = ANY (tags)"), "event-type:\(eventType)"
      ).first
    ).decode(at: 0)
  }
}
