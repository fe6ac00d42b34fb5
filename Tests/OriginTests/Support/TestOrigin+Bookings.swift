import Postgres
import Testing

@testable import Origin

extension TestOrigin {
  /// A booking straight into the database: of any status, at any time, of any hosts.
  func putBooking(
    _ uid: String, in business: Int, at start: String, status: String = "accepted", hosts: [Person],
    attendee: String = "leo@mail.test", series: String? = nil
  ) async throws {
    let rows = try await postgres.query(
      .once(
        """
        WITH booking AS (
          INSERT INTO bookings (business_id, uid, event_type_slug, title, status, starts_at, ends_at, series_uid,
            ics_uid, created_at)
          VALUES ($1, $2::text, 'a', 'T', $3, $4::text::timestamptz, $4::text::timestamptz + interval '1 hour', $5, $2,
            now())
          RETURNING id, starts_at),
        host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
                 SELECT $1, booking.id, h, booking.starts_at FROM booking, unnest($6::bigint[]) AS h)
        INSERT INTO booking_attendees (business_id, booking_id, position, name, email, time_zone)
        SELECT $1, booking.id, 0, 'Leo', $7, 'UTC' FROM booking RETURNING 1
        """), business, uid, status, start, series, hosts.map(\.id), attendee)
    try #require(rows.count == 1)
  }

  /// The businesses whose counts are not what a plain count says; none, when all is well.
  func wrongCounts() async throws -> [Int] {
    try await postgres.query(
      .once(
        """
        SELECT coalesce(kept.business_id, plain.business_id) FROM (
          SELECT business_id, sum(accepted) AS accepted, sum(pending) AS pending, sum(cancelled) AS cancelled,
            sum(rejected) AS rejected
          FROM booking_counts GROUP BY business_id) kept
        FULL JOIN (
          SELECT business_id, count(*) FILTER (WHERE status = 'accepted') AS accepted,
            count(*) FILTER (WHERE status = 'pending') AS pending,
            count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
            count(*) FILTER (WHERE status = 'rejected') AS rejected
          FROM bookings GROUP BY business_id) plain ON plain.business_id = kept.business_id
        WHERE (coalesce(kept.accepted, 0), coalesce(kept.pending, 0), coalesce(kept.cancelled, 0),
               coalesce(kept.rejected, 0))
          <> (coalesce(plain.accepted, 0), coalesce(plain.pending, 0), coalesce(plain.cancelled, 0),
              coalesce(plain.rejected, 0))
        """)
    ).map { try $0.decode(Int.self, at: 0) }
  }
}
