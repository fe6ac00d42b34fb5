import Foundation
import JSON
import Postgres
import Testing

@testable import Origin

@Suite struct CustomerTests {
  @Test func `who books becomes a customer, once, whatever the case of his address`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/customers"
      let type = try await origin.eventType("a", length: 60, of: ana)
      for (start, email) in [("09", "Leo@mail.test"), ("10", "leo@MAIL.test"), ("11", "mia@mail.test")] {
        #expect(try await origin.book(type, "2030-01-08T\(start):00:00Z", email: email).status == 201)
      }
      let phone = try await origin.post(
        "/v2/bookings",
        #"{"start":"2030-01-08T12:00:00Z","eventTypeId":\#(type),"attendee":{"name":"Zoe","phoneNumber":"+37120000000","#
          + #""timeZone":"UTC"}}"#)
      #expect(phone.status == 201, "\(phone.text)")
      let list = try await origin.get(path, as: ana)
      #expect(list.data.array?.map { $0["email"]?.string } == ["Leo@mail.test", "mia@mail.test", nil])
      #expect(list.data.array?.last?["phoneNumber"]?.string == "+37120000000")
      #expect(list.json["pagination"]?["totalItems"]?.int == 3)
      let refused = try await origin.book(type, "2030-01-08T09:00:00Z", email: "late@mail.test")
      #expect(refused.status == 400)
      #expect(try await origin.get(path, as: ana).json["pagination"]?["totalItems"]?.int == 3)
    }
  }

  @Test func `one address booking many times at once is one customer`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let type = try await origin.eventType("a", length: 15, of: ana)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for hour in 9..<17 {
          for minute in [0, 15, 30, 45] {
            let start = "2030-01-08T\(hour < 10 ? "0" : "")\(hour):\(minute == 0 ? "00" : "\(minute)"):00Z"
            group.addTask { try await origin.book(type, start).status }
          }
        }
        return try await group.reduce(into: [Int]()) { $0.append($1) }
      }
      #expect(statuses == Array(repeating: 201, count: 32))
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/customers"
      let list = try await origin.get(path, as: ana).data.array
      #expect(list?.count == 1)
      let id = try #require(list?.first?["id"]?.int)
      #expect(try await origin.get("\(path)/\(id)", as: ana).data["counts"]?["total"]?.int == 32)
    }
  }

  @Test func `a customer is read with his history and what it comes to`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/customers"
      let type = try await origin.eventType("a", length: 60, of: ana)
      var uids: [String] = []
      for (day, hour) in [("08", "09"), ("08", "10"), ("08", "11"), ("09", "09"), ("09", "10")] {
        let booked = try await origin.book(type, "2030-01-\(day)T\(hour):00:00Z")
        uids.append(try #require(booked.data["uid"]?.string, "\(booked.text)"))
      }
      _ = try await origin.book(type, "2030-01-09T15:00:00Z", email: "other@mail.test")
      #expect(try await origin.post("/v2/bookings/\(uids[2])/cancel", "{}").status == 200)
      let moved = try await origin.post(
        "/v2/bookings/\(uids[4])/reschedule", #"{"start":"2030-01-10T09:00:00Z"}"#)
      #expect(moved.status == 201, "\(moved.text)")
      origin.clock.hold(ISO8601DateFormatter().date(from: "2030-01-08T20:00:00Z"))
      _ = try await origin.postgres.query(
        .once(
          "UPDATE booking_attendees SET absent = true WHERE booking_id = (SELECT id FROM bookings WHERE uid = $1)"
        ),
        uids[0])
      let id = try #require(
        try await origin.get("\(path)?q=leo", as: ana).data.array?.first?["id"]?.int)
      let customer = try await origin.get("\(path)/\(id)?take=3", as: ana)
      #expect(customer.status == 200, "\(customer.text)")
      let counts = customer.data["counts"]
      #expect(counts?["total"]?.int == 5 && counts?["upcoming"]?.int == 2)
      #expect(counts?["cancelled"]?.int == 1 && counts?["noShows"]?.int == 1)
      #expect(customer.data["lastVisit"]?.string == "2030-01-08T10:00:00.000Z")
      #expect(customer.data["nextVisit"]?.string == "2030-01-09T09:00:00.000Z")
      #expect(
        customer.data["bookings"]?.array?.map { $0["start"]?.string } == [
          "2030-01-10T09:00:00.000Z", "2030-01-09T09:00:00.000Z", "2030-01-08T11:00:00.000Z",
        ])
      #expect(customer.data["bookings"]?.array?.last?["status"]?.string == "cancelled")
      #expect(customer.data["bookings"]?.array?.first?["hosts"]?.array?.first?["id"]?.int == ana.id)
      #expect(customer.json["pagination"]?["totalItems"]?.int == 5)
      let rest = try await origin.get("\(path)/\(id)?take=3&skip=3", as: ana)
      #expect(rest.data["bookings"]?.array?.count == 2)
    }
  }

  @Test func `entered by hand: once, found by parts of name, address and number, changed, deleted`()
    async throws
  {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/customers"
      let created = try await origin.post(
        path,
        #"{"name":"Zoë 100% O_Neil","email":"Zoe@mail.test","phoneNumber":"+37120000001","notes":"tea"}"#,
        as: ana)
      #expect(created.status == 201 && created.data["notes"]?.string == "tea", "\(created.text)")
      let again = try await origin.post(path, #"{"name":"Z","email":"zoe@MAIL.test"}"#, as: ana)
      #expect(again.status == 409 && again.fields == ["email"])
      _ = try await origin.post(path, #"{"name":"Bob","phoneNumber":"+37120000002"}"#, as: ana)
      #expect(
        try await origin.post(path, #"{"name":"B","phoneNumber":"+37120000002"}"#, as: ana).status == 409)
      for (query, count) in [
        ("", 2), ("zo", 1), ("ZO%C3%8B", 1), ("MAIL.TEST", 1), ("2000000", 2), ("0002", 1), ("100%25", 1),
        ("%25", 1),
        ("o_n", 1), ("_", 1), ("b_b", 0), ("%5C", 0), ("nobody", 0),
      ] {
        let found = try await origin.get("\(path)?q=\(query)", as: ana)
        #expect(
          found.data.array?.count == count && found.json["pagination"]?["totalItems"]?.int == count,
          "\(query)")
      }
      #expect(
        try await origin.get("\(path)?take=1&skip=1", as: ana).data.array?.first?["name"]?.string
          == "Zoë 100% O_Neil")
      let one = "\(path)/\(try #require(created.data["id"]?.int))"
      let changed = try await origin.patch(
        one, #"{"name":"Zoe","notes":"\u202Ecoffee","phoneNumber":"+37120000009"}"#, as: ana)
      #expect(changed.data["name"]?.string == "Zoe" && changed.data["notes"]?.string == "\u{202E}coffee")
      #expect(
        changed.data["email"]?.string == "Zoe@mail.test"
          && changed.data["phoneNumber"]?.string == "+37120000009")
      #expect(try await origin.patch(one, #"{"email":"x@y.test"}"#, as: ana).fields == ["email"])
      #expect(try await origin.post(path, #"{"name":"N"}"#, as: ana).fields == ["email"])
      #expect(try await origin.delete(one, as: ana).status == 200)
      #expect(try await origin.get(one, as: ana).status == 404)
      #expect(try await origin.delete(one, as: ana).status == 404)
    }
  }

  @Test func `a customer with bookings stays`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let path = "/v2/businesses/\(try await origin.businessID(of: ana))/customers"
      let type = try await origin.eventType("a", length: 60, of: ana)
      let booked = try await origin.book(type, "2030-01-08T09:00:00Z")
      _ = try await origin.post("/v2/bookings/\(try #require(booked.data["uid"]?.string))/cancel", "{}")
      let id = try #require(try await origin.get(path, as: ana).data.array?.first?["id"]?.int)
      let refused = try await origin.delete("\(path)/\(id)", as: ana)
      #expect(refused.status == 409 && refused.reason == "customer_has_bookings")
    }
  }

  @Test func `who works there sees customers and keeps notes, a stranger finds none`() async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, leo, mia, eve) = (
        try await origin.signUp("ana"), try await origin.signUp("leo"), try await origin.signUp("mia"),
        try await origin.signUp("eve")
      )
      let team = try await origin.staffedTeam(owner: ana, admin: leo, staff: mia)
      let path = "/v2/businesses/\(team)/customers"
      let created = try await origin.post(path, #"{"name":"Zoe","email":"zoe@mail.test"}"#, as: mia)
      let one = "\(path)/\(try #require(created.data["id"]?.int))"
      for person in [ana, leo, mia] {
        #expect(try await origin.get(path, as: person).data.array?.count == 1)
        #expect(try await origin.patch(one, #"{"notes":"\#(person.username)"}"#, as: person).status == 200)
      }
      #expect(try await origin.delete(one, as: mia).status == 403)
      #expect(try await origin.get(path, as: eve).status == 404)
      #expect(try await origin.get(one, as: eve).status == 404)
      #expect(try await origin.patch(one, #"{"notes":"x"}"#, as: eve).status == 404)
      #expect(try await origin.delete(one, as: eve).status == 404)
      #expect(try await origin.post(path, #"{"name":"Z","email":"z@mail.test"}"#, as: eve).status == 404)
      #expect(try await origin.get(path).status == 401)
      let own = try await origin.businessID(of: eve)
      #expect(try await origin.get(one.replacing("/\(team)/", with: "/\(own)/"), as: eve).status == 404)
      #expect(try await origin.get(one, as: ana).data["notes"]?.string == "mia")
    }
  }
}
