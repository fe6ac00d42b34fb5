import Foundation
import Postgres

/// The SQL of lists of bookings: first what the caller sees, then ids from an index, then the rows of one page.
/// A page of a million costs what a page of a hundred costs, and no total is counted that is kept.
struct BookingListStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  /// One page, and how many there are in all.
  /// - Parameter attending: only what he attends without hosting or managing it.
  func bookings(of userID: Int, _ filter: BookingFilter, attending: Bool = false, now: Date) async throws
    -> (page: [Booking], total: Int)
  {
    let all = try await scope(of: userID, teams: filter.teamIDs)
    let scope = attending ? all.attending : all
    if scope.isEmpty { return ([], 0) }
    let known = scope.isCounted && filter.isOfStatusesOnly ? scope.total(filter.statuses) : nil
    // Nothing is walked to find out that there is nothing.
    if let known, known.upcomingTimes == 0, known.known <= filter.skip { return ([], known.known) }
    let page = try await page(of: scope, userID, filter, now: now)
    let seen = filter.skip + page.count
    // The last page says itself how many there are.
    if page.count < filter.take, !page.isEmpty || filter.skip == 0 { return (page, seen) }
    let total = try await total(of: scope, userID, filter, now: now)
    // What was booked or went between the two statements must not make them contradict each other.
    return (page, page.isEmpty ? min(total, filter.skip) : max(total, seen))
  }

  // MARK: Scope

  /// Attending counts by a confirmed address, or for who booked it himself: anybody can sign up with somebody else's.
  /// The recursion steps from one business to the next in the index, past all the bookings in between.
  static let scope = Statement(
    """
    WITH RECURSIVE asked AS MATERIALIZED (
      SELECT b.id FROM businesses b WHERE b.id = ANY ($2::bigint[]) AND NOT b.personal),
    seen AS MATERIALIZED (
      SELECT m.business_id FROM memberships m WHERE m.user_id = $1 AND m.role IN ('owner', 'admin')
      UNION SELECT u.business_id FROM users u WHERE u.id = $1),
    counted AS MATERIALIZED (
      SELECT c.business_id, sum(c.accepted)::bigint AS accepted, sum(c.pending)::bigint AS pending,
        sum(c.cancelled + c.rejected)::bigint AS cancelled
      FROM booking_counts c
      WHERE c.business_id = ANY (ARRAY(SELECT s.business_id FROM seen s
                                       WHERE $2::bigint[] IS NULL OR s.business_id IN (SELECT id FROM asked)))
      GROUP BY c.business_id),
    hosted (business_id) AS (
      (SELECT h.business_id FROM booking_hosts h WHERE h.user_id = $1 ORDER BY h.business_id LIMIT 1)
      UNION ALL
      SELECT (SELECT h.business_id FROM booking_hosts h WHERE h.user_id = $1 AND h.business_id > hosted.business_id
              ORDER BY h.business_id LIMIT 1)
      FROM hosted WHERE hosted.business_id IS NOT NULL),
    attended AS MATERIALIZED (
      SELECT DISTINCT a.business_id, a.booking_id
      FROM users u JOIN booking_attendees a ON lower(a.email) = lower(u.email)
      WHERE u.id = $1 AND (u.email_verified_at IS NOT NULL OR a.user_id = $1)
        AND a.business_id NOT IN (SELECT business_id FROM seen)
        AND ($2::bigint[] IS NULL OR a.business_id IN (SELECT id FROM asked))
        AND NOT EXISTS (SELECT FROM booking_hosts h
                        WHERE h.business_id = a.business_id AND h.booking_id = a.booking_id AND h.user_id = $1))
    SELECT ARRAY(SELECT business_id FROM counted), coalesce((SELECT sum(accepted)::bigint FROM counted), 0),
      coalesce((SELECT sum(pending)::bigint FROM counted), 0),
      coalesce((SELECT sum(cancelled)::bigint FROM counted), 0),
      ARRAY(SELECT business_id FROM hosted WHERE business_id NOT IN (SELECT business_id FROM seen)
              AND ($2::bigint[] IS NULL OR business_id IN (SELECT id FROM asked))),
      ARRAY(SELECT business_id FROM attended ORDER BY business_id, booking_id),
      ARRAY(SELECT booking_id FROM attended ORDER BY business_id, booking_id)
    """)

  func scope(of userID: Int, teams: [Int]?) async throws -> BookingScope {
    guard let row = try await postgres.query(Self.scope, userID, teams).first else { return BookingScope() }
    var columns = row.columns
    return BookingScope(
      seen: try columns.next(), accepted: try columns.next(), pending: try columns.next(),
      cancelled: try columns.next(), hosting: try columns.next(), attendedIn: try columns.next(),
      attended: try columns.next())
  }

  // MARK: Page

  private func page(of scope: BookingScope, _ userID: Int, _ filter: BookingFilter, now: Date) async throws
    -> [Booking]
  {
    let shape = BookingListShape(filter)
    let conditions = shape.parameters(filter, now: now)
    if scope.isCounted, scope.seen.count == 1, filter.order.column == .start,
      let statement = Self.pagesOfOne[.init(shape: shape, order: filter.order)]
    {
      let page: [any PostgresEncodable] = [scope.seen[0], filter.take, filter.skip]
      return try await postgres.query(statement, parameters: page + conditions).map(Booking.init(row:))
    }
    guard let statement = Self.pages[.init(shape: shape, order: filter.order)] else { return [] }
    let page: [any PostgresEncodable] = [
      userID, scope.seen, scope.hosting, scope.attendedIn, scope.attended, filter.take, filter.skip,
    ]
    return try await postgres.query(statement, parameters: page + conditions).map(Booking.init(row:))
  }

  /// An order cannot be a parameter, and a condition that is not there lets the index answer alone.
  struct Form: Hashable {
    var shape: BookingListShape
    var order: BookingFilter.Order
  }

  private static func statements(_ columns: [BookingFilter.Order.Column], _ sql: (Form) -> String) -> [Form:
    Statement]
  {
    var statements: [Form: Statement] = [:]
    for shape in BookingListShape.allCases {
      for column in columns {
        for descending in [false, true] {
          let form = Form(shape: shape, order: .init(column: column, descending: descending))
          statements[form] = Statement(sql(form))
        }
      }
    }
    return statements
  }

  private static func order(_ table: String, _ order: BookingFilter.Order) -> String {
    let direction = order.descending ? "DESC" : "ASC"
    return "ORDER BY \(table).\(order.column.rawValue) \(direction), \(table).id \(direction)"
  }

  /// Of one business that the caller sees all of, by start: what nearly everybody asks, one range of the index.
  static let pagesOfOne = statements([.start]) { form in
    """
    WITH page AS MATERIALIZED (
      SELECT b.business_id, b.id FROM bookings b
      WHERE b.business_id = $1 \(form.shape.conditions(from: 4))
      \(order("b", form.order)) LIMIT $2 OFFSET $3)
    SELECT \(BookingStore.columns) FROM page JOIN bookings b USING (business_id, id) \(order("b", form.order))
    """
  }

  /// Of several: of each as much as the page can need, merged. One ordered UNION of all would be sorted whole.
  static let pages = statements(BookingFilter.Order.Column.allCases) { form in
    let conditions = form.shape.conditions(from: 8)
    let column = form.order.column.rawValue
    let direction = form.order.descending ? "DESC" : "ASC"
    // The copy of the start with the host is what its index is sorted by.
    let hostOrder =
      form.order.column == .start
      ? "ORDER BY h.starts_at \(direction), h.booking_id \(direction)" : order("b", form.order)
    return """
      WITH page AS MATERIALIZED (
        SELECT l.business_id, l.id FROM (
          SELECT l.* FROM unnest($2::bigint[]) AS seen (business_id) CROSS JOIN LATERAL (
            SELECT b.business_id, b.id, b.\(column) FROM bookings b
            WHERE b.business_id = seen.business_id \(conditions)
            \(order("b", form.order)) LIMIT $6::bigint + $7::bigint) l
          UNION ALL
          SELECT l.* FROM unnest($3::bigint[]) AS hosting (business_id) CROSS JOIN LATERAL (
            SELECT b.business_id, b.id, b.\(column) FROM booking_hosts h
            JOIN bookings b ON b.business_id = h.business_id AND b.id = h.booking_id
            WHERE h.user_id = $1 AND h.business_id = hosting.business_id \(conditions)
            \(hostOrder) LIMIT $6::bigint + $7::bigint) l
          UNION ALL
          SELECT b.business_id, b.id, b.\(column)
          FROM unnest($4::bigint[], $5::bigint[]) AS attended (business_id, id) JOIN bookings b USING (business_id, id)
          WHERE true \(conditions)) l
        \(order("l", form.order)) LIMIT $6 OFFSET $7)
      SELECT \(BookingStore.columns) FROM page JOIN bookings b USING (business_id, id) \(order("b", form.order))
      """
  }

  // MARK: Total

  /// How many there are, all at one moment: counts of before and rows of after would make a total that never was.
  private func total(of scope: BookingScope, _ userID: Int, _ filter: BookingFilter, now: Date) async throws
    -> Int
  {
    guard filter.isOfStatusesOnly, let known = scope.total(filter.statuses) else {
      return try await count(of: scope, userID, filter, now: now)
    }
    if known.upcomingTimes == 0, scope.isCounted { return known.known }
    let shape = BookingListShape(filter)
    guard let statement = Self.totals[shape] else { return 0 }
    // What is not asked for is not counted.
    let upcoming = BookingFilter(statuses: ["upcoming"]).starts(now: now).lowerBound
    let asked: [any PostgresEncodable] = [
      userID, scope.seen, scope.hosting, scope.attendedIn, scope.attended,
      known.upcomingTimes == 0 ? Date.distantFuture : upcoming, now,
    ]
    guard
      let row = try await postgres.query(statement, parameters: asked + shape.parameters(filter, now: now))
        .first
    else { return 0 }
    var columns = row.columns
    let counted = BookingScope(
      seen: scope.seen, accepted: try columns.next(), pending: try columns.next(),
      cancelled: try columns.next())
    guard let total = counted.total(filter.statuses) else { return 0 }
    return total.known + total.upcomingTimes * (try columns.next(Int.self)) + (try columns.next(Int.self))
  }

  /// What is counted, how much of it is to come, and the number of what is not counted.
  static let totals: [BookingListShape: Statement] = {
    var totals: [BookingListShape: Statement] = [:]
    for shape in BookingListShape.allCases {
      let conditions = shape.conditions(from: 8)
      totals[shape] = Statement(
        """
        SELECT coalesce(sum(c.accepted), 0)::bigint, coalesce(sum(c.pending), 0)::bigint,
          coalesce(sum(c.cancelled + c.rejected), 0)::bigint,
          (SELECT count(*) FROM bookings b WHERE b.business_id = ANY ($2::bigint[]) AND b.starts_at >= $6
             AND b.ends_at > $7 AND b.status IN ('accepted', 'pending')),
          \(uncounted(conditions))
        FROM booking_counts c WHERE c.business_id = ANY ($2::bigint[])
        """)
    }
    return totals
  }()

  private static func uncounted(_ conditions: String) -> String {
    """
    (SELECT count(*) FROM booking_hosts h
     JOIN bookings b ON b.business_id = h.business_id AND b.id = h.booking_id
     WHERE h.user_id = $1 AND h.business_id = ANY ($3::bigint[]) \(conditions))
    + (SELECT count(*) FROM unnest($4::bigint[], $5::bigint[]) AS attended (business_id, id)
       JOIN bookings b USING (business_id, id) WHERE true \(conditions))
    """
  }

  static let counts: [BookingListShape: Statement] = {
    var counts: [BookingListShape: Statement] = [:]
    for shape in BookingListShape.allCases {
      let conditions = shape.conditions(from: 6)
      counts[shape] = Statement(
        """
        SELECT (SELECT count(*) FROM bookings b WHERE b.business_id = ANY ($2::bigint[]) \(conditions))
          + \(uncounted(conditions))
        """)
    }
    return counts
  }()

  private func count(of scope: BookingScope, _ userID: Int, _ filter: BookingFilter, now: Date) async throws
    -> Int
  {
    let shape = BookingListShape(filter)
    guard let statement = Self.counts[shape] else { return 0 }
    let sources: [any PostgresEncodable] = [
      userID, scope.seen, scope.hosting, scope.attendedIn, scope.attended,
    ]
    return try await postgres.query(statement, parameters: sources + shape.parameters(filter, now: now))
      .first?.decode(Int.self, at: 0) ?? 0
  }
}
