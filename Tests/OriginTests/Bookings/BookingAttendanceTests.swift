import HTTPTypes
import JSON
import Testing

@testable import Origin

/// What somebody attends, and when he is told so: by his token, or by an address that he has confirmed.
@Suite struct BookingAttendanceTests {
  private static func uids(_ person: Person, _ origin: TestOrigin) async throws -> [String] {
    try await origin.get("/v2/bookings", as: person).all("uid")
  }

  private static func book(
    _ id: Int, _ start: String, for person: Person, as caller: Person?, _ origin: TestOrigin
  ) async throws -> Answer {
    try await origin.post(
      "/v2/bookings",
      #"{"start":"\#(start)","eventTypeId":\#(id),"attendee":{"name":"L","email":"\#(person.email.uppercased())","timeZone":"UTC"}}"#,
      as: caller)
  }

  @Test func `who books for himself sees it, also after it has moved; others with his address do not`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, leo) = (try await origin.signUp("ana"), try await origin.signUp("leo"))
      let id = try await origin.alwaysOpen("a", of: ana)
      let anonymous = try await Self.book(id, "2030-01-08T09:00:00Z", for: leo, as: nil, origin)
      #expect(anonymous.status == 201)
      #expect(try await Self.uids(leo, origin) == [])
      #expect(try await origin.get("/v2/bookings/\(anonymous.uid)/calendar-links", as: leo).status == 404)
      let own = try await Self.book(id, "2030-01-08T10:00:00Z", for: leo, as: leo, origin)
      #expect(own.status == 201, "\(own.text)")
      #expect(try await Self.uids(leo, origin) == [own.uid])
      #expect(try await origin.get("/v2/bookings/\(own.uid)/calendar-links", as: leo).status == 200)
      // For somebody else, with one's own token.
      let other = try await Self.book(id, "2030-01-08T11:00:00Z", for: ana, as: leo, origin)
      #expect(other.status == 201)
      let moved = try await origin.move(own.uid, to: "2030-01-08T12:00:00Z")
      #expect(try await Self.uids(leo, origin) == [own.uid, moved.uid])
      // The customer's side shows the same, and the host's bookings to nobody but the host.
      let customer = try await origin.get("/v2/me/bookings?status=upcoming", as: leo)
      #expect(customer.all("uid") == [moved.uid] && customer.json["pagination"]?["totalItems"]?.int == 1)
      #expect(try await origin.get("/v2/me/bookings", as: ana).all("uid") == [])
      #expect(try await origin.get("/v2/me/bookings?take=0", as: leo).status == 400)
    }
  }

  @Test func `an address that its account has confirmed by a code counts everywhere`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, leo) = (try await origin.signUp("ana"), try await origin.signUp("leo"))
      let id = try await origin.alwaysOpen("a", of: ana)
      let booked = try await Self.book(id, "2030-01-08T09:00:00Z", for: leo, as: nil, origin)
      func confirm(_ email: String, as person: Person?) async throws {
        let code = EmailCode.random(for: email)
        let mail = try EmailCodeMail(code, secrets: SecretBox(keyFile: nil))
        #expect(try await EmailCodeStore(origin.postgres).put(code, mail: mail, now: origin.clock.now))
        let answer = try await origin.post(
          "/v2/bookings/verification/email/verify-code", #"{"email":"\#(email)","code":"\#(code.text)"}"#,
          as: person)
        #expect(answer.status == 200, "\(answer.text)")
      }
      try await confirm(leo.email, as: nil)
      try await confirm("eve@mail.test", as: leo)
      try await confirm(leo.email, as: ana)
      #expect(try await Self.uids(leo, origin) == [], "nobody has confirmed that it is his")
      try await confirm(leo.email.uppercased(), as: leo)
      #expect(try await Self.uids(leo, origin) == [booked.uid])
    }
  }
}
