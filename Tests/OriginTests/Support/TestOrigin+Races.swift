import NIOPosix
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Several at once, and what has to be true afterwards.
extension TestOrigin {
  /// Another process on the same database, that hears of no change: its catalog is as old as a catalog may be.
  func sibling() throws -> TestOrigin {
    let parts = try Dependencies(
      parts.configuration, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: parts.logger)
    parts.clock.hold(clock.now)
    return TestOrigin(parts: parts, responder: try PublicApp.responder(parts))
  }

  /// Does something so many times at once, and lets nobody write before everybody has read and stands at a lock: at
  /// the tables', or at one that somebody else of them holds.
  func heldUp(_ count: Int, _ body: @escaping @Sendable (Int) async throws -> Answer) async throws -> [Answer]
  {
    let gate = PostgresClient(
      configuration: PostgresConfiguration(
        url: parts.configuration.databaseURL, connections: 1, transactionConnections: 1))
    let running = try await gate.transaction { transaction in
      _ = try await transaction.query(.once("LOCK TABLE bookings, slot_reservations IN SHARE MODE"))
      let running = Task { try await together(count, body) }
      try await untilStanding(count, asking: gate)
      return running
    }
    await gate.shutdown()
    return try await running.value
  }

  /// Returns when so many stand at a lock.
  func untilStanding(_ count: Int, asking client: PostgresClient) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await standing(client) < count {
      guard ContinuousClock.now < deadline else {
        Issue.record("not all \(count) came as far as a lock")
        return
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  private func standing(_ gate: PostgresClient) async throws -> Int {
    let rows = try await gate.query(
      .once(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
      ))
    return try rows.first?.decode(Int.self, at: 0) ?? 0
  }

  /// A fresh origin with Ana, where something happens at once: every fact is there whole afterwards, and nobody waited
  /// in a circle.
  static func race(_ body: (TestOrigin, Person) async throws -> Void) async throws {
    try await run(now: "2030-01-01T00:00:00Z", settings: ["DATABASE_POOL": "8"]) { origin async throws in
      try await body(origin, try await origin.signUp("ana"))
      #expect(try await origin.findings() == [])
      #expect(try await origin.deadlocks() == 0)
    }
  }

  /// The same with Bob.
  static func race(_ body: (TestOrigin, Person, Person) async throws -> Void) async throws {
    try await race { origin, ana in try await body(origin, ana, try await origin.signUp("bob")) }
  }

  /// An hour of its own for each round.
  static func hour(_ index: Int) throws -> String {
    (try #require(Instant("2030-02-01T00:00:00Z")) + index * 3600).text
  }

  /// What is wrong in the ledger; empty when every fact is there whole.
  func findings() async throws -> [String] {
    var findings: [String] = []
    for (name, sql) in Self.questions {
      findings += try await postgres.query(.once(sql)).map { "\(name): \(try $0.decode(String.self, at: 0))" }
    }
    if try await overlaps() > 0 { findings.append("bookings of one host overlap") }
    findings += try await wrongCounts().map { "wrong counts of business \($0)" }
    return findings
  }

  private static let questions = [
    (
      "a booking without a host",
      """
      SELECT uid FROM bookings b WHERE NOT EXISTS (
        SELECT FROM booking_hosts h WHERE h.business_id = b.business_id AND h.booking_id = b.id)
      """
    ),
    (
      "a booking that nobody attends",
      """
      SELECT uid FROM bookings b WHERE NOT EXISTS (
        SELECT FROM booking_attendees a WHERE a.business_id = b.business_id AND a.booking_id = b.id)
      """
    ),
    (
      "an accepted booking that takes nobody's time",
      """
      SELECT uid FROM bookings b JOIN booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
      WHERE b.status = 'accepted' AND NOT EXISTS (
        SELECT FROM occupancies o WHERE o.subject_id = h.user_id AND o.booking_id = b.id
          AND o.during @> tstzrange(b.starts_at, b.ends_at))
      """
    ),
    (
      "time taken for nothing",
      """
      SELECT o.during::text FROM occupancies o
      -- Units that are retired hold time for nothing.
      WHERE num_nonnulls(o.booking_id, o.reservation_id) > 0 AND NOT EXISTS (SELECT FROM bookings b WHERE b.business_id = o.business_id AND b.id = o.booking_id
                          AND b.status IN ('accepted', 'pending'))
        AND NOT EXISTS (SELECT FROM slot_reservations r
                        WHERE r.business_id = o.business_id AND r.id = o.reservation_id)
      """
    ),
    (
      "a booking that owes no mail",
      """
      SELECT uid FROM bookings b
      WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.unique_key LIKE 'booking.' || b.uid || '.%')
      """
    ),
    (
      "seats that are not those of its attendees",
      """
      SELECT uid FROM bookings b WHERE seats_taken > seats OR b.status = 'accepted' AND seats_taken <> (
        SELECT count(*) FROM booking_attendees a
        WHERE a.business_id = b.business_id AND a.booking_id = b.id AND a.seat_uid IS NOT NULL)
      """
    ),
    (
      "a booking of what is gone, that nobody will tell it",
      """
      SELECT uid FROM bookings b WHERE b.event_type_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM event_types e WHERE e.business_id = b.business_id AND e.id = b.event_type_id)
        AND NOT EXISTS (SELECT FROM gone_event_types g WHERE g.business_id = b.business_id AND g.id = b.event_type_id)
      """
    ),
    (
      "a booking that moved to nowhere",
      """
      SELECT uid FROM bookings b WHERE b.rescheduled_to_uid IS NOT NULL AND NOT EXISTS (
        SELECT FROM bookings n WHERE n.business_id = b.business_id AND n.uid = b.rescheduled_to_uid)
      """
    ),
  ]

  /// How often Postgres had to end a transaction because others waited for it in a circle. Cuts all connections:
  /// they tell when they end.
  func deadlocks() async throws -> Int {
    let client = PostgresClient(
      configuration: PostgresConfiguration(
        url: parts.configuration.databaseURL, connections: 1, transactionConnections: 1))
    let others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    _ = try await client.query(.once("SELECT pg_terminate_backend(pid, 10000) \(others)"))
    let rows = try await client.query(
      .once("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
    let count = try rows.first?.decode(Int.self, at: 0) ?? -1
    await client.shutdown()
    return count
  }
}
