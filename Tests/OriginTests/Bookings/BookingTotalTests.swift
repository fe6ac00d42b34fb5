import Foundation
import Postgres
import Scheduling
import Testing

@testable import Origin

/// Lists over made-up bookings against one plain question each: the same bookings in the same order, the same total.
@Suite struct BookingTotalTests {
  @Test(.timeLimit(.minutes(10)), arguments: [1, 2] as [UInt64])
  func `pages and totals are what a plain question says, whatever is asked`(_ seed: UInt64) async throws {
    try await TestOrigin.run(now: "2030-01-08T00:00:00Z") { origin async throws in
      let people = try await madeUp(in: origin)
      let teams = try await ids("SELECT id FROM businesses ORDER BY id", in: origin)
      let types = try await ids("SELECT id FROM event_types ORDER BY id", in: origin)
      let list = BookingListStore(origin.postgres)
      let now = origin.clock.now
      var dice = Dice(state: seed)
      var nonEmpty = 0
      for _ in 0..<150 {
        let person = people[dice.roll(people.count)]
        var (filter, conditions) = question(&dice, teams: teams, types: types)
        let expected = try await plain(person, filter, conditions, in: origin)
        nonEmpty += expected.isEmpty ? 0 : 1
        filter.take = [1, 7, 50, 100, 250][dice.roll(5)]
        if filter.take < 50 { filter.take = max(filter.take, expected.count / 10) }
        let about = Comment(rawValue: "\(person.username) \(filter)")
        var found: [String] = []
        repeat {
          filter.skip = found.count
          let (page, total) = try await list.bookings(of: person.id, filter, now: now)
          #expect(total == expected.count, about)
          found += page.map(\.uid)
          if page.isEmpty { break }
        } while found.count < expected.count
        #expect(found == expected, about)
        filter.skip = expected.count + dice.roll(1000)
        let beyond = try await list.bookings(of: person.id, filter, now: now)
        #expect(beyond.page.isEmpty && beyond.total == expected.count, about)
      }
      #expect(nonEmpty > 50)
    }
  }

  // MARK: The plain question

  private func plain(_ person: Person, _ filter: BookingFilter, _ conditions: [String], in origin: TestOrigin)
    async throws -> [String]
  {
    let direction = filter.order.descending ? "DESC" : "ASC"
    return try await origin.postgres.query(
      .once(
        """
        SELECT b.uid FROM bookings b
        WHERE (EXISTS (SELECT FROM booking_hosts h WHERE h.booking_id = b.id AND h.user_id = \(person.id))
               OR EXISTS (SELECT FROM booking_attendees a JOIN users u ON lower(u.email) = lower(a.email)
                          WHERE a.booking_id = b.id AND u.id = \(person.id) AND u.email_verified_at IS NOT NULL)
               OR EXISTS (SELECT FROM memberships m WHERE m.business_id = b.business_id AND m.user_id = \(person.id)
                            AND m.role <> 'staff')
               OR b.business_id = (SELECT u.business_id FROM users u WHERE u.id = \(person.id)))
          AND \((["true"] + conditions).joined(separator: " AND "))
        ORDER BY b.\(filter.order.column.rawValue) \(direction), b.id \(direction)
        """)
    ).map { try $0.decode(String.self, at: 0) }
  }

  private static let statuses = [
    ("upcoming", "b.ends_at > '2030-01-08Z' AND b.status IN ('accepted', 'pending')"),
    ("past", "b.ends_at <= '2030-01-08Z' AND b.status IN ('accepted', 'pending')"),
    ("cancelled", "b.status IN ('cancelled', 'rejected')"), ("unconfirmed", "b.status = 'pending'"),
    ("recurring", "b.series_uid IS NOT NULL"),
  ]

  /// What somebody may ask, and the same as SQL.
  private func question(_ dice: inout Dice, teams: [Int], types: [Int]) -> (BookingFilter, [String]) {
    var filter = BookingFilter()
    var conditions: [String] = []
    let mask = dice.roll(32)
    if mask > 0 {
      let asked = Self.statuses.enumerated().filter { mask & 1 << $0.offset != 0 }.map(\.element)
      filter.statuses = asked.map(\.0)
      conditions.append("(\(asked.map { "(\($0.1))" }.joined(separator: " OR ")))")
    }
    func time(_ set: (Date) -> Void, _ condition: String) {
      guard dice.roll(6) == 0 else { return }
      let date = Date(timeIntervalSince1970: 1_893_456_000 + Double(7 * 24 - 400 + dice.roll(800)) * 3600)
      set(date)
      conditions.append("\(condition) '\(Instant(date).text)'")
    }
    time({ filter.afterStart = $0 }, "b.starts_at >=")
    time({ filter.beforeEnd = $0 }, "b.ends_at <=")
    // Half of all ask what the index alone can answer.
    if dice.roll(2) == 0 {
      time({ filter.afterCreated = $0 }, "b.created_at >=")
      time({ filter.beforeCreated = $0 }, "b.created_at <=")
      time({ filter.afterUpdated = $0 }, "b.updated_at >=")
      time({ filter.beforeUpdated = $0 }, "b.updated_at <=")
      if dice.roll(6) == 0 {
        filter.attendeeEmail = "Cleo@Clinic.test"
        conditions.append(
          "EXISTS (SELECT FROM booking_attendees a WHERE a.booking_id = b.id AND lower(a.email) = 'cleo@clinic.test')"
        )
      }
      if dice.roll(6) == 0 {
        filter.attendeeName = "N3"
        conditions.append(
          "EXISTS (SELECT FROM booking_attendees a WHERE a.booking_id = b.id AND a.name = 'N3')")
      }
      if dice.roll(6) == 0 {
        filter.eventTypeIDs = [types[dice.roll(types.count)], types[dice.roll(types.count)]]
        conditions.append(
          "b.event_type_id IN (\(filter.eventTypeIDs?.map(String.init).joined(separator: ",") ?? ""))")
      }
      if dice.roll(20) == 0 {
        filter.bookingUID = "u\(dice.roll(600))"
        conditions.append("b.uid = '\(filter.bookingUID ?? "")'")
      }
    }
    if dice.roll(4) == 0 {
      filter.teamIDs = [teams[dice.roll(teams.count)], teams[dice.roll(teams.count)]]
      let ids = filter.teamIDs?.map(String.init).joined(separator: ",") ?? ""
      conditions.append("b.business_id IN (SELECT id FROM businesses WHERE id IN (\(ids)) AND NOT personal)")
    }
    let columns = BookingFilter.Order.Column.allCases
    let column = dice.roll(2) == 0 ? .start : columns[dice.roll(columns.count)]
    filter.order = .init(column: column, descending: dice.roll(2) == 0)
    return (filter, conditions)
  }

  // MARK: Made up

  /// Six hundred bookings in two teams and four businesses of one person each, on whole hours around now, so that
  /// starts and ends meet it exactly; some as long as they may be.
  private func madeUp(in origin: TestOrigin) async throws -> [Person] {
    let ana = try await origin.signUp("ana")
    let ben = try await origin.signUp("ben")
    let cleo = try await origin.signUp("cleo")
    let dora = try await origin.signUp("dora")
    let clinic = try await origin.staffedTeam(owner: ana, admin: ben, staff: cleo)
    let studio = try await origin.staffedTeam("studio", owner: dora, staff: ana)
    for team in [clinic, studio] { _ = try await origin.teamEventType("t\(team)", of: team) }
    let confirmed = [cleo.id, ben.id]
    for sql in [
      "UPDATE users SET email_verified_at = now() WHERE id IN (\(confirmed[0]), \(confirmed[1]))",
      """
      INSERT INTO event_types (business_id, owner_id, title, slug, length_minutes, created_at, updated_at)
      SELECT business_id, id, 'T', 'own', 60, now(), now() FROM users
      """,
      """
      CREATE FUNCTION dice(i int, salt text, n int) RETURNS int LANGUAGE sql AS
      $$ SELECT (abs(hashtextextended(i || salt, 0) % n))::int $$
      """,
      """
      INSERT INTO bookings (business_id, uid, event_type_id, event_type_slug, title, status, starts_at, ends_at,
        series_uid, ics_uid, created_at, updated_at)
      SELECT b.id, 'u' || i, CASE WHEN dice(i, 't', 2) = 0 THEN e.id END, 'a', 'T',
        (ARRAY['accepted', 'accepted', 'pending', 'cancelled', 'rejected'])[1 + dice(i, 'st', 5)], s.starts_at,
        s.starts_at + CASE WHEN dice(i, 'l', 4) = 0 THEN 168 ELSE 1 + dice(i, 'h', 30) END * interval '1 hour',
        CASE WHEN dice(i, 'se', 6) = 0 THEN 's' || i END, 'u' || i,
        '2030-01-08Z'::timestamptz - dice(i, 'c', 400) * interval '1 hour',
        CASE WHEN dice(i, 'up', 3) > 0 THEN '2030-01-08Z'::timestamptz - dice(i, 'u', 200) * interval '1 hour' END
      FROM generate_series(0, 599) i,
        LATERAL (SELECT '2030-01-08Z'::timestamptz + (dice(i, 's', 600) - 300) * interval '1 hour' AS starts_at) s,
        -- Half of them in the teams.
        LATERAL (SELECT CASE WHEN dice(i, 'b', 2) = 0 THEN (ARRAY[\(clinic), \(studio)])[1 + dice(i, 'bt', 2)]
                        ELSE (SELECT u.business_id FROM users u ORDER BY u.id OFFSET dice(i, 'bu', 4) LIMIT 1) END AS id) b
        LEFT JOIN event_types e ON e.business_id = b.id
      """,
      """
      INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
      SELECT b.business_id, b.id, coalesce(u.id, h.id), b.starts_at FROM bookings b
      LEFT JOIN users u ON u.business_id = b.business_id
      CROSS JOIN LATERAL (SELECT CASE WHEN b.business_id = \(clinic)
          THEN (ARRAY[\(ana.id), \(ben.id), \(cleo.id)])[1 + dice(b.id::int, 'ho', 3)]
          ELSE (ARRAY[\(dora.id), \(ana.id)])[1 + dice(b.id::int, 'ho', 2)] END AS id) h
      """,
      // Second hosts, of the clinic.
      """
      INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
      SELECT b.business_id, b.id, \(cleo.id), b.starts_at FROM bookings b
      WHERE b.business_id = \(clinic) AND dice(b.id::int, 'h2', 4) = 0 ON CONFLICT DO NOTHING
      """,
      // Some are attended twice by one address, as seats are.
      """
      INSERT INTO booking_attendees (business_id, booking_id, position, name, email, time_zone)
      SELECT b.business_id, b.id, p, 'N' || dice(b.id::int, 'n' || p, 9),
        (ARRAY['n@mail.test', 'CLEO@clinic.test', 'cleo@clinic.test', 'ben@clinic.test', 'dora@clinic.test'])
          [1 + dice(b.id::int, 'm' || p, 5)], 'UTC'
      FROM bookings b, generate_series(0, 2) p WHERE p <= dice(b.id::int, 'p', 3)
      """,
    ] { _ = try await origin.postgres.query(.once(sql)) }
    #expect(try await origin.wrongCounts() == [])
    return [ana, ben, cleo, dora, try await origin.signUp("eve")]
  }

  private func ids(_ sql: String, in origin: TestOrigin) async throws -> [Int] {
    try await origin.postgres.query(.once(sql)).map { try $0.decode(Int.self, at: 0) }
  }
}

/// The same numbers for the same seed (SplitMix64).
private struct Dice {
  var state: UInt64

  mutating func roll(_ sides: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(sides))
  }
}
