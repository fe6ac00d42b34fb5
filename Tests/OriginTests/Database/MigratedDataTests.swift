import Foundation
import Postgres
import Scheduling
import TestSupport
import Testing

@testable import Origin

/// A database that has been in use since the first release, brought up to date.
@Suite struct MigratedDataTests {
  /// As far as this the first bookings were made.
  private static let first = 6

  private static let old = DatabaseTemplate("origin_of_old") { url in
    let migrations = Array(Migrations.all.prefix(Self.first))
    try await Migrator(migrations: migrations).apply(to: PostgresConfiguration(url: url))
  }

  @Test func `bookings of the first release are there, counted and known as customers after every migration`()
    async throws
  {
    try await withDatabase(template: Self.old) { url async throws in
      let client = PostgresClient(configuration: PostgresConfiguration(url: url))
      for sql in Self.lived { _ = try await client.query(.once(sql)) }
      // One by one, as releases came; with bookings made in between.
      for upTo in (Self.first + 1)...Migrations.all.count {
        let applied = try await Migrator(migrations: Array(Migrations.all.prefix(upTo))).apply(to: client)
        #expect(applied == [Migrations.all[upTo - 1].name])
        _ = try await client.query(.once(Self.booking("m\(upTo)", "accepted")))
      }
      let bookings = 200 + Migrations.all.count - Self.first
      #expect(try await count("SELECT count(*) FROM bookings", client) == bookings)
      for status in ["accepted", "pending", "cancelled", "rejected"] {
        let kept = try await count("SELECT sum(\(status))::bigint FROM booking_counts", client)
        let there = try await count("SELECT count(*) FROM bookings WHERE status = '\(status)'", client)
        #expect(kept == there && there > 0, "\(status)")
      }
      #expect(try await count("SELECT count(*) FROM customers", client) == 40)
      #expect(
        try await count(
          "SELECT count(*) FROM customers WHERE name = 'Latest' AND contact = 'guest7@mail.test'", client)
          == 1)
      let owner = try await count("SELECT id FROM users", client)
      let list = try await BookingListStore(client).bookings(
        of: owner, BookingFilter(), now: Date(timeIntervalSince1970: 1_900_000_000))
      #expect(list.total == bookings && list.page.count == min(bookings, BookingFilter().take))
      await client.shutdown()
    }
  }

  /// As far as this managed event types were made without asking their hosts.
  private static let unasked = 21

  private static let asked = DatabaseTemplate("origin_of_unasked") { url in
    try await Migrator(migrations: Array(Migrations.all.prefix(unasked)))
      .apply(to: PostgresConfiguration(url: url))
  }

  @Test func `who founded a team, and who has something of its patterns, is not asked again`() async throws {
    try await withDatabase(template: Self.asked) { url async throws in
      let client = PostgresClient(configuration: PostgresConfiguration(url: url))
      for sql in [
        """
        INSERT INTO businesses (id, name, slug, personal, created_at)
        SELECT i, 'B', CASE WHEN i = 9 THEN 'team' END, i < 9, now() FROM generate_series(1, 9) i
        """,
        """
        INSERT INTO users (id, business_id, email, username, name, password_hash, time_zone, created_at)
        SELECT i, i, i || '@mail.test', 'u' || i, 'U', '', 'UTC', now() FROM generate_series(1, 4) i
        """,
        """
        INSERT INTO memberships (business_id, user_id, role, created_at)
        SELECT 9, i, CASE WHEN i < 3 THEN 'owner' ELSE 'staff' END, now() FROM generate_series(1, 4) i
        """,
        """
        INSERT INTO event_types (business_id, owner_id, parent_business_id, parent_id, title, slug, length_minutes,
          created_at, updated_at)
        VALUES (3, 3, 9, 1, 'T', 't', 30, now(), now())
        """,
      ] { _ = try await client.query(.once(sql)) }
      _ = try await Migrations.migrator.apply(to: client)
      let asked = try await client.query(
        .once("SELECT user_id FROM memberships WHERE NOT accepts_managed ORDER BY user_id"))
      // The second owner was made one; the third has one of the team's, and the fourth has not.
      #expect(try asked.map { try $0.decode(Int.self, at: 0) } == [2, 4])
      await client.shutdown()
    }
  }

  private func count(_ sql: String, _ client: PostgresClient) async throws -> Int {
    try await client.query(.once(sql)).first?.decode(Int.self, at: 0) ?? 0
  }

  private static let lived = [
    "INSERT INTO businesses (name, slug, personal, created_at) VALUES ('Ana', NULL, true, now())",
    """
    INSERT INTO users (business_id, email, username, name, password_hash, time_zone, created_at)
    SELECT id, 'ana@mail.test', 'ana', 'Ana', '', 'Europe/Rome', now() FROM businesses
    """,
    "INSERT INTO memberships (business_id, user_id, role, created_at) SELECT business_id, id, 'owner', now() FROM users",
    """
    INSERT INTO event_types (business_id, owner_id, title, slug, length_minutes, created_at, updated_at)
    SELECT business_id, id, 'Talk', 'talk', 30, now(), now() FROM users
    """,
    """
    INSERT INTO event_type_hosts (business_id, event_type_id, user_id)
    SELECT e.business_id, e.id, e.owner_id FROM event_types e
    """,
    """
    INSERT INTO bookings (business_id, uid, event_type_id, event_type_slug, title, status, starts_at, ends_at, ics_uid,
      created_at)
    SELECT e.business_id, 'u' || i, CASE WHEN i % 7 > 0 THEN e.id END, 'talk', 'T',
      (ARRAY['accepted', 'accepted', 'pending', 'cancelled', 'rejected'])[1 + i % 5],
      '2026-01-01Z'::timestamptz + i * interval '1 hour', '2026-01-01Z'::timestamptz + i * interval '1 hour'
        + CASE WHEN i % 9 = 0 THEN interval '7 days' ELSE interval '30 minutes' END, 'u' || i,
      '2025-12-01Z'::timestamptz + i * interval '1 minute'
    FROM event_types e, generate_series(1, 200) i
    """,
    """
    INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
    SELECT b.business_id, b.id, u.id, b.starts_at FROM bookings b, users u
    """,
    """
    INSERT INTO booking_attendees (business_id, booking_id, position, name, email, phone_number, time_zone)
    SELECT b.business_id, b.id, 0, CASE WHEN b.id > 160 THEN 'Latest' ELSE 'Guest' END,
      CASE WHEN b.id % 40 % 2 = 1 THEN (ARRAY['guest', 'Guest'])[1 + b.id % 3 % 2] || b.id % 40 || '@mail.test' END,
      CASE WHEN b.id % 40 % 2 = 0 THEN '+39' || b.id % 40 END, 'UTC'
    FROM bookings b
    """,
    """
    INSERT INTO occupancies (subject_id, business_id, booking_id, during)
    SELECT h.user_id, b.business_id, b.id, tstzrange(b.starts_at, b.starts_at + interval '30 minutes')
    FROM bookings b JOIN booking_hosts h ON h.business_id = b.business_id AND h.booking_id = b.id
    WHERE b.status = 'accepted'
    """,
    """
    INSERT INTO jobs (business_id, kind, payload, unique_key, run_at, created_at)
    SELECT business_id, 'booking.mail', '{}', uid, now(), now() FROM bookings
    """,
    "INSERT INTO edge_events (business_id, kind, tags) SELECT business_id, 'purge', '{a}' FROM bookings",
  ]

  private static func booking(_ uid: String, _ status: String) -> String {
    """
    WITH booking AS (
      INSERT INTO bookings (business_id, uid, event_type_slug, title, status, starts_at, ends_at, ics_uid, created_at)
      SELECT business_id, '\(uid)', 'talk', 'T', '\(status)', '2027-01-01Z', '2027-01-01T01:00Z', '\(uid)', now()
      FROM users RETURNING *)
    INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
    SELECT b.business_id, b.id, u.id, b.starts_at FROM booking b, users u
    """
  }
}
