import Postgres

/// The SQL of who hosts a booking, host by host.
extension LedgerStore {
  private static let member = Statement(
    """
    SELECT u.id, u.name, u.email, u.username, u.time_zone
    FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.business_id = $1 AND (u.id = $2 OR u.username = $3 OR lower(u.email) = lower($3))
    """)

  /// Somebody who works in a business, by his id, his user name or his address.
  func member(of businessID: Int, id: Int?, name: String?) async throws -> Booking.Host? {
    guard let row = try await transaction.query(Self.member, businessID, id, name).first else { return nil }
    var columns = row.columns
    return Booking.Host(
      id: try columns.next(), name: try columns.next(), email: try columns.next(),
      username: try columns.next(), timeZone: try columns.next())
  }

  /// He takes as long as those who are there do; where nobody's time is taken yet, neither is his.
  private static let addHost = Statement(
    """
    WITH host AS (INSERT INTO booking_hosts (business_id, booking_id, user_id, starts_at)
                  SELECT business_id, id, $3, starts_at FROM bookings WHERE business_id = $1 AND id = $2)
    INSERT INTO occupancies (subject_id, business_id, booking_id, during)
    SELECT DISTINCT $3::bigint, $1::bigint, $2::bigint, o.during FROM occupancies o
    WHERE o.business_id = $1 AND o.booking_id = $2
    """)

  /// - Throws: an exclusion violation of `occupancies_no_overlap` when he has something else then.
  func addHost(_ userID: Int, to booking: Booking) async throws {
    _ = try await transaction.query(Self.addHost, booking.businessID, booking.id, userID)
  }

  private static let removeHost = Statement(
    """
    WITH taken AS (DELETE FROM occupancies WHERE business_id = $1 AND booking_id = $2 AND subject_id = $3)
    DELETE FROM booking_hosts WHERE business_id = $1 AND booking_id = $2 AND user_id = $3
    """)

  func removeHost(_ userID: Int, from booking: Booking) async throws {
    _ = try await transaction.query(Self.removeHost, booking.businessID, booking.id, userID)
  }

  private static let hostsChanged = Statement(
    """
    UPDATE bookings SET ics_sequence = ics_sequence + 1, updated_at = $3 WHERE business_id = $1 AND id = $2
    """)

  /// The calendar entry says something new.
  func hostsChanged(of booking: Booking) async throws {
    _ = try await transaction.query(Self.hostsChanged, booking.businessID, booking.id, now)
  }
}
