import JSON
import Scheduling
import Testing

@testable import Origin

@Suite struct BookingListTests {
  /// Ana with five bookings on one day, one of them cancelled, and Eve with one.
  private func withBookings(_ body: (TestOrigin, Person) async throws -> Void) async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let eve = try await origin.signUp("eve")
      for person in [ana, eve] {
        let all = try await origin.schedule("UTC", "00:00", "23:59", of: person)
        let id = try await origin.eventType("a", length: 60, schedule: all, of: person)
        let hours = person.id == ana.id ? [9, 10, 11, 12, 13] : [9]
        for hour in hours {
          let start = "2030-01-08T\(hour < 10 ? "0" : "")\(hour):00:00Z"
          let booked = try await origin.book(id, start, name: "N\(hour) Lee", email: "n\(hour)@mail.test")
          #expect(booked.status == 201)
          if hour == 13 {
            _ = try await origin.post("/v2/bookings/\(booked.data["uid"]?.string ?? "")/cancel")
          }
        }
      }
      try await body(origin, ana)
    }
  }

  private func starts(_ answer: Answer) -> [String] {
    (answer.data.array ?? []).compactMap { $0["start"]?.string }.map { String($0.dropFirst(11).prefix(2)) }
  }

  @Test func `everybody sees his own, page by page`() async throws {
    try await withBookings { origin, ana async throws in
      let page = try await origin.get("/v2/bookings?take=2&skip=2", as: ana)
      #expect(starts(page) == ["11", "12"])
      let pagination = page.json["pagination"]
      #expect(pagination?["totalItems"]?.int == 5 && pagination?["itemsReturned"]?.int == 2)
      #expect(pagination?["currentPage"]?.int == 2 && pagination?["totalPages"]?.int == 3)
      #expect(pagination?["remainingItems"]?.int == 1 && pagination?["itemsPerPage"]?.int == 2)
      #expect(pagination?["hasNextPage"] == .bool(true) && pagination?["hasPreviousPage"] == .bool(true))
      let beyond = try await origin.get("/v2/bookings?skip=100", as: ana)
      #expect(beyond.data == .array([]) && beyond.json["pagination"]?["totalItems"]?.int == 5)
      #expect(try await origin.get("/v2/bookings").status == 401)
    }
  }

  @Test(arguments: [
    ("status=upcoming", ["09", "10", "11", "12"]), ("status=cancelled", ["13"]), ("status=past", []),
    ("status=upcoming,cancelled", ["09", "10", "11", "12", "13"]), ("status=unconfirmed", []),
    ("status=recurring", []),
    ("attendeeEmail=n10@mail.test", ["10"]), ("attendeeEmail=N10@MAIL.test", ["10"]),
    ("attendeeName=N11%20Lee", ["11"]), ("attendeeName=N11+Lee", ["11"]),
    ("afterStart=2030-01-08T11:00:00Z", ["11", "12", "13"]),
    ("afterStart=2030-01-08T12:00:00+01:00", ["11", "12", "13"]),
    ("beforeEnd=2030-01-08T11:00:00Z", ["09", "10"]),
    ("afterStart=2030-01-08", ["09", "10", "11", "12", "13"]), ("eventTypeId=999", []), ("teamId=1", []),
    ("sortStart=desc&take=2", ["13", "12"]),
    ("sortCreated=desc&take=1", ["13"]), ("afterCreatedAt=2031-01-01T00:00:00Z", []),
  ])
  func `filters and orders`(_ query: String, _ expected: [String]) async throws {
    try await withBookings { origin, ana async throws in
      let answer = try await origin.get("/v2/bookings?\(query)", as: ana)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(starts(answer) == expected)
    }
  }

  @Test func `what is over is past`() async throws {
    try await withBookings { origin, ana async throws in
      origin.clock.hold(Instant("2030-01-08T11:00:00Z")?.date)
      #expect(starts(try await origin.get("/v2/bookings?status=past", as: ana)) == ["09", "10"])
      #expect(starts(try await origin.get("/v2/bookings?status=upcoming", as: ana)) == ["11", "12"])
    }
  }

  @Test(arguments: [
    "status=nope", "take=0", "take=251", "skip=-1", "sortStart=up", "afterStart=yesterday", "x=1",
  ])
  func `wrong queries are a 400`(_ query: String) async throws {
    try await TestOrigin.run { origin async throws in
      let ana = try await origin.signUp("ana")
      #expect(try await origin.get("/v2/bookings?\(query)", as: ana).status == 400)
    }
  }

  @Test func `an address that nobody confirmed shows nobody's bookings`() async throws {
    try await withBookings { origin, ana async throws in
      let thief = try await origin.post(
        "/v2/auth/signup",
        #"{"email":"n9@mail.test","password":"a good password","name":"N","username":"thief","timeZone":"UTC"}"#
      )
      let token = try #require(thief.data["accessToken"]?.string)
      let person = Person(id: 0, email: "", username: "", token: token, cookie: "")
      #expect(try await origin.get("/v2/bookings", as: person).data == .array([]))
    }
  }
}
