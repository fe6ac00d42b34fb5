import HTTPTypes
import JSON
import Scheduling
import Testing

@testable import Origin

/// A request with an `Idempotency-Key` counts once, however often it comes.
@Suite struct IdempotencyTests {
  private func book(_ origin: TestOrigin, _ type: Int, _ start: String, key: String, as person: Person? = nil)
    async throws -> Answer
  {
    try await origin.bookOnce(type, start, key: key, as: person)
  }

  private let ten = "2030-01-08T10:00:00Z"

  @Test func `the same again gets the same answer, something else under the name is 422`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let first = try await book(origin, id, ten, key: "k-1")
      #expect(first.status == 201, "\(first.text)")
      let again = try await book(origin, id, ten, key: "k-1")
      #expect(again.status == 201 && again.data == first.data, "\(again.text)")
      let other = try await book(origin, id, "2030-01-08T12:00:00Z", key: "k-1")
      #expect(other.status == 422 && other.json["error"]?["code"]?.string == "UnprocessableEntityException")
      #expect(try await book(origin, id, "2030-01-08T12:00:00Z", key: "k-2").status == 201)
      #expect(try await origin.count("SELECT count(*) FROM bookings") == 2)
      #expect(try await origin.mails().count == 4)
      for bad in ["", String(repeating: "k", count: 256), "a b"] {
        #expect(try await book(origin, id, "2030-01-08T14:00:00Z", key: bad).status == 400, "\(bad)")
      }
    }
  }

  /// Fails where the event type is asked before the key.
  @Test func `the same again gets the same answer, also when its event type takes no such request any more`()
    async throws
  {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let first = try await book(origin, id, ten, key: "k-1")
      let strict = #"{"bookingRequiresAuthentication":true}"#
      #expect(try await origin.patch("/v2/event-types/\(id)", strict, as: ana).status == 200)
      let again = try await book(origin, id, ten, key: "k-1")
      #expect(again.status == 201 && again.text == first.text, "\(again.text)")
      #expect(try await book(origin, id, ten, key: "k-2").status == 401)
    }
  }

  @Test func `keys of two callers never meet, and a day later a name is free again`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let (ana, eve) = (try await origin.signUp("ana"), try await origin.signUp("eve"))
      let id = try await origin.alwaysOpen("a", of: ana)
      #expect(try await book(origin, id, ten, key: "k", as: ana).status == 201)
      let others = try await book(origin, id, ten, key: "k", as: eve)
      #expect(others.status == 400 && others.reason == "slot_taken", "\(others.text)")
      #expect(try await book(origin, id, "2030-01-08T12:00:00Z", key: "k").status == 201)
      try origin.setClock("2030-01-02T08:00:01Z")
      let late = try await book(origin, id, "2030-01-08T14:00:00Z", key: "k")
      #expect(late.status == 201, "\(late.text)")
    }
  }

  @Test func `a refusal is no fact: the same request may find the time free later`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let id = try await origin.alwaysOpen("a", of: ana)
      let there = try await origin.book(id, ten)
      #expect(try await book(origin, id, ten, key: "k").reason == "slot_taken")
      #expect(try await origin.act(there.uid, "cancel").status == 200)
      #expect(try await book(origin, id, ten, key: "k").status == 201)
    }
  }

  @Test func `a series and a seat are answered the same again`() async throws {
    try await TestOrigin.run(now: "2030-01-01T08:00:00Z") { origin async throws in
      let ana = try await origin.signUp("ana")
      let weekly = try await origin.alwaysOpen(
        "a", more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: ana)
      let seats = try await origin.alwaysOpen(
        "b", more: #""seats":{"seatsPerTimeSlot":5,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
        of: ana)
      for (id, start) in [(weekly, ten), (seats, "2030-01-08T12:00:00Z")] {
        let first = try await book(origin, id, start, key: "k-\(id)")
        let again = try await book(origin, id, start, key: "k-\(id)")
        #expect(first.status == 201 && again.status == 201 && again.data == first.data, "\(again.text)")
      }
      #expect(try await origin.count("SELECT count(*) FROM booking_attendees") == 4)
    }
  }
}

extension TestOrigin {
  /// A booking by a request with a name.
  func bookOnce(_ type: Int, _ start: String, key: String, name: String = "L", as person: Person? = nil)
    async throws -> Answer
  {
    try await send(
      .post, "/v2/bookings",
      body:
        #"{"start":"\#(start)","eventTypeId":\#(type),"attendee":{"name":"\#(name)","email":"l@m.test","timeZone":"UTC"}}"#,
      as: person, headers: [HTTPField.Name("Idempotency-Key")!: key])
  }
}
