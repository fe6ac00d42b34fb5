import Foundation
import Postgres
import Scheduling

/// The SQL of whose turn it is in a round robin.
extension LedgerStore {
  struct Turn: Sendable {
    var hostID: Int
    var assigned: Int
    var last: Instant?
  }

  private static let turns = Statement(
    """
    SELECT user_id, assigned, last_assigned_at FROM event_type_hosts
    WHERE business_id = $1 AND event_type_id = $2
    """)

  /// What each host was given so far.
  func turns(of type: EventType) async throws -> [Turn] {
    try await transaction.query(Self.turns, type.businessID, type.id).map { row in
      Turn(
        hostID: try row.decode(at: 0), assigned: try row.decode(at: 1),
        last: try row.decode(Date?.self, at: 2).map { Instant($0) })
    }
  }

  private static let give = Statement(
    """
    UPDATE event_type_hosts h SET assigned = h.assigned + given.count, last_assigned_at = $5
    FROM unnest($3::bigint[], $4::bigint[]) AS given (user_id, count)
    WHERE h.business_id = $1 AND h.event_type_id = $2 AND h.user_id = given.user_id
    """)

  /// Counts what hosts were given now.
  func give(_ counts: [Int: Int], of type: EventType) async throws {
    if counts.isEmpty { return }
    _ = try await transaction.query(
      Self.give, type.businessID, type.id, Array(counts.keys), Array(counts.values), now)
  }

  private static let takeBack = Statement(
    """
    UPDATE event_type_hosts h SET assigned = greatest(h.assigned - 1, 0)
    FROM event_types e
    WHERE h.business_id = $1 AND h.event_type_id = $2 AND h.user_id = ANY ($3) AND NOT h.mandatory
      AND e.business_id = h.business_id AND e.id = h.event_type_id AND e.scheduling_type = 'roundRobin'
    """)

  /// A booking that does not take place counts for nobody.
  func takeBack(_ booking: Booking) async throws {
    guard let typeID = booking.eventTypeID else { return }
    _ = try await transaction.query(
      Self.takeBack, booking.businessID, typeID, booking.hosts.map(\.id))
  }
}
