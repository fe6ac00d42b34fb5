import Postgres
import Testing

@testable import Origin

/// What the planner makes of the statements of lists, of a table with some thousand rows, as somebody who asks now and
/// then gets it (custom) and as somebody who asks often (generic).
@Suite struct BookingListPlanTests {
  private typealias Form = BookingListStore.Form

  @Test(arguments: ["force_custom_plan", "force_generic_plan"])
  func `page 1 and page 1,000 are ranges of an index, and so is a count`(_ mode: String) async throws {
    try await TestOrigin.run { origin async throws in
      let (ana, business) = try await filled(origin)
      for descending in [false, true] {
        let order = BookingFilter.Order(column: .start, descending: descending)
        let one = try #require(BookingListStore.pagesOfOne[Form(shape: .statuses, order: order)]).sql
        let series = try #require(BookingListStore.pagesOfOne[Form(shape: .series, order: order)]).sql
        let many = try #require(BookingListStore.pages[Form(shape: .statuses, order: order)]).sql
        for skip in [0, 4995] {
          for statuses in ["NULL", "'{upcoming}'"] {
            let conditions = "'-infinity', 'infinity', 'infinity', \(statuses), '2030-01-01Z'"
            #expect(
              try await plan(of: one, "\(business), 5, \(skip), \(conditions)", mode, origin)
                .uses("bookings_list_idx"))
            #expect(
              try await plan(
                of: many,
                "\(ana.id), '{\(business), 999}', '{998}', '{997}', '{1}', 5, \(skip), \(conditions)", mode,
                origin
              ).uses("bookings_list_idx"))
          }
          #expect(
            try await plan(
              of: series, "\(business), 5, \(skip), '-infinity', 'infinity', 'infinity'", mode, origin
            )
            .uses("bookings_series"))
        }
      }
      let count = try #require(BookingListStore.counts[.statuses]).sql
      #expect(
        try await plan(
          of: count,
          "1, '{\(business)}', '{}', '{}', '{}', '2030-01-01Z', 'infinity', 'infinity', NULL, '2030-01-01Z'",
          mode, origin
        ).uses("bookings_list_idx"))
      let scope = try await plan(of: BookingListStore.scope.sql, "\(ana.id), NULL", mode, origin)
      #expect(scope.uses("booking_hosts_list_idx"))
    }
  }

  private struct Plan: CustomStringConvertible {
    var description: String

    /// Whether it has the index, and never reads all bookings or all hosts.
    func uses(_ index: String) -> Bool {
      description.contains(index) && !description.contains("Seq Scan on bookings")
        && !description.contains("Seq Scan on booking_hosts")
    }
  }

  private func plan(of sql: String, _ parameters: String, _ mode: String, _ origin: TestOrigin) async throws
    -> Plan
  {
    try await origin.postgres.transaction { transaction in
      _ = try await transaction.query(.once("SET LOCAL plan_cache_mode = \(mode)"))
      _ = try await transaction.query(.once("PREPARE asked AS \(sql)"))
      let lines = try await transaction.query(.once("EXPLAIN EXECUTE asked (\(parameters))"))
        .map { try $0.decode(String.self, at: 0) }
      _ = try await transaction.query(.once("DEALLOCATE asked"))
      return Plan(description: lines.joined(separator: "\n"))
    }
  }

  /// Six thousand bookings in each of two businesses, in no order, a few of them of series.
  private func filled(_ origin: TestOrigin) async throws -> (Person, business: Int) {
    let ana = try await origin.signUp("ana")
    try await origin.signUp("ben")
    for sql in [
      """
      INSERT INTO bookings (business_id, uid, event_type_slug, title, status, starts_at, ends_at, series_uid, ics_uid,
        created_at)
      SELECT u.business_id, 'u' || i, 'a', 'T', CASE WHEN i % 9 = 0 THEN 'cancelled' ELSE 'accepted' END,
        '2030-01-01Z'::timestamptz + (i * 7919 % 6000 - 3000) * interval '1 hour',
        '2030-01-01Z'::timestamptz + (i * 7919 % 6000 - 2999) * interval '1 hour',
        CASE WHEN i % 50 = 0 THEN 's' END, 'u' || i, now()
      FROM users u, generate_series(1, 6000) i
      """,
      """
      INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
      SELECT b.business_id, b.id, u.id, b.starts_at FROM bookings b JOIN users u USING (business_id)
      """,
    ] { _ = try await origin.postgres.query(.once(sql)) }
    for table in ["bookings", "booking_hosts"] { try await vacuum(table, origin) }
    return (ana, try await origin.businessID(of: ana))
  }

  /// Until all pages are known to be visible to all: whatever looks at the database in the moment of a vacuum makes it
  /// leave some out, and an index that has to ask the table is not worth reading.
  private func vacuum(_ table: String, _ origin: TestOrigin) async throws {
    for _ in 0..<1000 {
      _ = try await origin.postgres.query(.once("VACUUM ANALYZE \(table)"))
      let left = try await origin.count(
        "SELECT (relpages - relallvisible)::bigint FROM pg_class WHERE relname = '\(table)'")
      if left == 0 { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("\(table) was never visible to all")
  }
}
