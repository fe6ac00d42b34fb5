import Foundation
import HTTPTypes
import JSON
import Postgres
import Scheduling
import Synchronization
import TestSupport
import Testing

@testable import Origin

/// Postgres is killed, as a whole or one session of it, while people book in all ways that there are: what somebody was
/// told he has is there, once and whole, and asking again gets the same answer.
@Suite struct BookingCrashTests {
  @Test(.timeLimit(.minutes(10)))
  func `whatever of Postgres is killed, nothing acknowledged is lost and nothing is booked twice`()
    async throws
  {
    let server = try await PrivatePostgres.started(durability: .full)
    try await TestOrigin.run(on: server, now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "6"]) {
      origin async throws in
      let crowd = BookingCrowd(origin: origin, kinds: try await kinds(origin))
      async let booking: Void = crowd.run(clients: 8)
      do {
        for blow in ["session", "server", "all sessions", "session", "server", "stop"] {
          try await crowd.waits(for: 15)
          try await strike(blow, server, origin)
        }
        try await crowd.waits(for: 15)
      } catch {
        crowd.stop()
        throw error
      }
      crowd.stop()
      await booking
      print("crashes of Postgres: \(crowd.summary)")
      #expect(crowd.unexpected.isEmpty, "\(crowd.unexpected.prefix(5))")
      #expect(crowd.failures > 0, "nobody noticed")
      #expect(try await origin.findings() == [])
      try await check(crowd, in: origin)
    }
  }

  /// One of every way: the one statement of a plain booking, and what takes the desk's transaction.
  private func kinds(_ origin: TestOrigin) async throws -> [BookingCrowd.Kind] {
    let ana = try await origin.signUp("ana")
    let (bob, cid) = (try await origin.signUp("bob"), try await origin.signUp("cid"))
    let team = try await origin.staffedTeam(owner: ana, admin: bob, staff: cid)
    return [
      .init(id: try await origin.alwaysOpen("plain", of: ana), first: 0, isNamed: false),
      .init(id: try await origin.alwaysOpen("named", of: ana), first: 1000),
      .init(
        id: try await origin.alwaysOpen(
          "seats",
          more: #""seats":{"seatsPerTimeSlot":10,"showAttendeeInfo":true,"showAvailabilityCount":true}"#,
          of: ana), first: 2000, perHour: 12),
      .init(
        id: try await origin.alwaysOpen("limit", more: #""bookingLimitsCount":{"day":3}"#, of: ana),
        first: 3000, perHour: 2),
      .init(
        id: try await origin.alwaysOpen(
          "series", more: #""recurrence":{"interval":1,"occurrences":3,"frequency":"weekly"}"#, of: bob),
        first: 0, bookings: 3),
      .init(
        id: try await origin.teamType("rr", team: team, hosts: [bob, cid], owner: ana), first: 4000,
        perHour: 2),
    ]
  }

  private func strike(_ blow: String, _ server: PrivatePostgres, _ origin: TestOrigin) async throws {
    switch blow {
    case "server":
      try await server.kill()
      try await server.restart()
    case "stop":
      try await server.stop()
      try await server.restart()
    case "session":
      // Postgres then ends all the others too, and recovers from its log.
      let working =
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY state, pid"
      let rows = try await origin.postgres.query(.once(working))
      let pid = try #require(rows.first).decode(Int32.self, at: 0)
      kill(pid, SIGKILL)
    default:
      _ = try? await origin.postgres.query(
        .once(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ))
    }
  }

  private func check(_ crowd: BookingCrowd, in origin: TestOrigin) async throws {
    let rows = try await origin.postgres.query(
      .once("SELECT email, count(*), count(DISTINCT booking_id) FROM booking_attendees GROUP BY email"))
    var booked: [String: Int] = [:]
    for row in rows { booked[try row.decode(String.self, at: 0)] = try row.decode(Int.self, at: 1) }
    for wish in crowd.acknowledged {
      #expect(booked[wish.email] == wish.kind.bookings, "\(wish.email) was told: \(wish.answer)")
      booked[wish.email] = nil
    }
    // Whoever heard nothing has it once, or not at all.
    for (email, count) in booked { #expect(count == 1 || count == 3, "\(email) \(count)") }
    let tooMany = """
      SELECT count(*) FROM (SELECT FROM bookings b JOIN event_types e ON e.id = b.event_type_id AND e.slug = 'limit'
                            WHERE b.status = 'accepted' GROUP BY date_trunc('day', b.starts_at) HAVING count(*) > 3) d
      """
    #expect(try await origin.count(tooMany) == 0)
    let before = try await origin.count("SELECT count(*) FROM bookings")
    for wish in crowd.acknowledged where wish.kind.isNamed {
      let again = try await crowd.send(wish)
      #expect(again.status == 201 && again.text == wish.answer, "\(wish.email): \(again.text)")
    }
    for wish in crowd.acknowledged where !wish.kind.isNamed {
      let uid = try JSONValue(parsing: Array(wish.answer.utf8))["data"]?["uid"]?.string ?? ""
      #expect(try await origin.get("/v2/bookings/\(uid)").bookingStatus == "accepted", "\(wish.email)")
    }
    #expect(try await origin.count("SELECT count(*) FROM bookings") == before)
  }
}

/// People who book without end, each with an address of his own and, where the kind says so, a key; whoever gets no
/// answer asks again with the same key.
private final class BookingCrowd: Sendable {
  /// A way to book, and when: so many want each hour, from the first on.
  struct Kind: Sendable {
    var id: Int
    var first: Int
    var perHour = 3
    var bookings = 1
    var isNamed = true
  }

  struct Wish: Sendable {
    var kind: Kind
    var start: String
    var email: String
    /// What he was told with his 201.
    var answer = ""
  }

  private struct State {
    var acknowledged: [Wish] = []
    var unexpected: [String] = []
    var refusals = 0
    var failures = 0
    var next = 0
    var isOver = false
  }

  private let state = Mutex(State())
  private let origin: TestOrigin
  private let kinds: [Kind]

  init(origin: TestOrigin, kinds: [Kind]) {
    self.origin = origin
    self.kinds = kinds
  }

  var acknowledged: [Wish] { state.withLock { $0.acknowledged } }
  var unexpected: [String] { state.withLock { $0.unexpected } }
  var failures: Int { state.withLock { $0.failures } }
  var summary: String {
    state.withLock { "\($0.acknowledged.count) booked, \($0.refusals) refused, \($0.failures) not answered" }
  }

  func stop() { state.withLock { $0.isOver = true } }

  /// Until so many more were told that they have it.
  func waits(for more: Int) async throws {
    let goal = acknowledged.count + more
    let deadline = ContinuousClock.now + .seconds(120)
    while acknowledged.count < goal {
      try #require(ContinuousClock.now < deadline, "nobody books any more: \(summary)")
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  func run(clients: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<clients {
        group.addTask {
          while let wish = self.nextWish() { await self.book(wish) }
        }
      }
    }
  }

  private func nextWish() -> Wish? {
    state.withLock { state in
      if state.isOver { return nil }
      defer { state.next += 1 }
      let kind = kinds[state.next % kinds.count]
      let number = state.next / kinds.count
      let start =
        (Instant("2030-02-01T00:00:00Z") ?? .init(seconds: 0)) + (kind.first + number / kind.perHour) * 3600
      return Wish(kind: kind, start: start.text, email: "n\(state.next)@m.test")
    }
  }

  func send(_ wish: Wish) async throws -> Answer {
    try await origin.send(
      .post, "/v2/bookings",
      body:
        #"{"start":"\#(wish.start)","eventTypeId":\#(wish.kind.id),"attendee":{"name":"N","email":"\#(wish.email)","timeZone":"UTC"}}"#,
      headers: wish.kind.isNamed ? [HTTPField.Name("Idempotency-Key")!: wish.email] : [:])
  }

  private func book(_ wish: Wish) async {
    while true {
      let answer: Answer
      do {
        answer = try await send(wish)
      } catch {
        state.withLock { $0.unexpected.append("\(error)") }
        return
      }
      let isOver = state.withLock { state in
        switch answer.status {
        case 201:
          var told = wish
          told.answer = answer.text
          state.acknowledged.append(told)
        case 400, 409:
          let known = ["slot_taken", "limit_reached", "seats_full"].contains(answer.reason)
          if known { state.refusals += 1 } else { state.unexpected.append(answer.text) }
        case 503:
          state.failures += 1
          return state.isOver || !wish.kind.isNamed
        default: state.unexpected.append(answer.text)
        }
        return true
      }
      if isOver { return }
      // What is down refuses at once: leave the processors to those who start it again.
      try? await Task.sleep(for: .milliseconds(20))
    }
  }
}
