import Foundation
import Postgres
import Scheduling

/// The SQL behind slots: what is offered, and when the host is busy. Two questions, both by index.
struct SlotStore: Sendable {
  let postgres: PostgresClient

  init(_ postgres: PostgresClient) { self.postgres = postgres }

  private static let offered = """
    SELECT \(EventTypeStore.columns), \(ScheduleStore.columns)
    FROM event_types e JOIN users u ON u.id = e.owner_id
    LEFT JOIN schedules s ON s.business_id = e.business_id AND s.id = coalesce(e.schedule_id, u.default_schedule_id)
    """

  private static let byID = Statement("\(offered) WHERE e.id = $1")
  private static let bySlug = Statement(
    "\(offered) WHERE u.username = $2 AND e.business_id = u.business_id AND e.slug = $1 AND e.owner_id = u.id"
  )

  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType? {
    let rows: PostgresRows
    switch reference {
    case .id(let id): rows = try await postgres.query(Self.byID, id)
    case .slug(let slug, let username): rows = try await postgres.query(Self.bySlug, slug, username)
    case .unknown: return nil
    }
    guard let row = rows.first else { return nil }
    var columns = row.columns
    let type = try EventType(&columns)
    let hasSchedule = !row.isNull(at: EventType.columnCount)
    return BookableEventType(type: type, schedule: hasSchedule ? try Schedule(&columns) : nil)
  }

  /// Expired holds count as gone, whether or not the sweeper has been there.
  private static let busy = Statement(
    """
    SELECT lower(o.during), upper(o.during), o.expires_at FROM occupancies o
    WHERE o.subject_id = $1 AND o.during && tstzrange($2, $3) AND (o.expires_at IS NULL OR o.expires_at > $4)
      AND ($5::text IS NULL OR NOT EXISTS (
        SELECT FROM bookings b
        WHERE b.business_id = o.business_id AND b.id = o.booking_id AND b.uid = $5))
    """)

  /// When a host is taken, in any of his event types.
  /// - Parameter ignoredUID: a booking that is about to move and does not stand in its own way.
  func busyTimes(hostID: Int, in range: Interval, now: Date, ignoring ignoredUID: String?) async throws
    -> [BusyTime]
  {
    let rows = try await postgres.query(
      Self.busy, hostID, range.start.date, range.end.date, now, ignoredUID)
    return try rows.map { row in
      var columns = row.columns
      let occupied = Interval(Instant(try columns.next(Date.self)), Instant(try columns.next(Date.self)))
      let expiry: Date? = try columns.next()
      // The table holds the time with its buffers only, and nothing needs the bare one.
      let kind = expiry.map { BusyTime.Kind.reservation(occupied: occupied, until: Instant($0)) }
      return BusyTime(occupied, kind ?? .booking(occupied: occupied))
    }
  }
}
