import Foundation
import Postgres
import Scheduling

/// Who takes a booking: everybody of a collective, the fixed hosts of a round robin together with the one whose turn
/// it is. Reads and counts under the event type's lock, so that many at once are shared out as one after the other.
struct HostChoice: Sendable {
  private let bookable: BookableEventType
  /// By position in the event type's hosts.
  private var given: [Int: Given] = [:]
  private var givenTo: [Int] = []
  private var preferred: Int?
  private let now: Instant

  private struct Given: Sendable {
    var assigned: Int
    var last: Instant?
  }

  private static let read = Statement(
    """
    SELECT user_id, assigned, last_assigned_at FROM event_type_hosts
    WHERE business_id = $1 AND event_type_id = $2
    """)

  init(_ bookable: BookableEventType, in ledger: BookingLedger) async throws {
    self.bookable = bookable
    now = Instant(ledger.now)
    guard bookable.isRoundRobin else { return }
    let rows = try await ledger.transaction.query(Self.read, bookable.type.businessID, bookable.type.id)
    for row in rows {
      let id = try row.decode(Int.self, at: 0)
      guard let index = bookable.hosts.firstIndex(where: { $0.person.id == id }) else { continue }
      given[index] = Given(
        assigned: try row.decode(Int.self, at: 1), last: try row.decode(Date?.self, at: 2).map { Instant($0) })
    }
  }

  /// A series stays with one host where one is free each time.
  mutating func keepOneHost(forAll free: [[Int]]) {
    guard bookable.isRoundRobin, free.count > 1, let first = free.first else { return }
    let common = free.dropFirst().reduce(Set(first)) { $0.intersection($1) }
    preferred = best(among: Array(common))
  }

  /// The hosts of the next booking.
  /// - Parameter free: positions in the generator's hosts, which may have more than the event type's.
  mutating func next(among free: [Int]) -> [BookableEventType.Host] {
    guard bookable.isRoundRobin else { return bookable.hosts }
    let fixed = bookable.hosts.filter { $0.role == .fixed }
    let pick = preferred.flatMap { free.contains($0) ? $0 : nil } ?? best(among: free)
    guard let pick else { return fixed }
    given[pick] = Given(assigned: (given[pick]?.assigned ?? 0) + 1, last: now)
    givenTo.append(pick)
    return [bookable.hosts[pick]] + fixed
  }

  /// Of those who are free, the one whose turn it is.
  func best(among free: [Int]) -> Int? {
    let pool = free.filter { bookable.hosts.indices.contains($0) && bookable.hosts[$0].role == .pool }
    let candidates = pool.map { index in
      let host = bookable.hosts[index]
      return RoundRobin.Candidate(
        hostID: host.person.id, priority: host.priority, weight: host.weight,
        assigned: given[index]?.assigned ?? 0, lastAssigned: given[index]?.last)
    }
    return RoundRobin.order(candidates).first.map { pool[$0] }
  }

  private static let save = Statement(
    """
    UPDATE event_type_hosts h SET assigned = h.assigned + given.count, last_assigned_at = $5
    FROM unnest($3::bigint[], $4::int[]) AS given (user_id, count)
    WHERE h.business_id = $1 AND h.event_type_id = $2 AND h.user_id = given.user_id
    """)

  /// Writes down who got what.
  func save(in ledger: BookingLedger, of type: EventType) async throws {
    if givenTo.isEmpty { return }
    let counts = Dictionary(givenTo.map { ($0, Int32(1)) }, uniquingKeysWith: +)
    _ = try await ledger.transaction.query(
      Self.save, type.businessID, type.id, counts.keys.map { bookable.hosts[$0].person.id },
      Array(counts.values), ledger.now)
  }

  private static let takeBack = Statement(
    """
    UPDATE event_type_hosts h SET assigned = greatest(h.assigned - 1, 0)
    FROM event_types e
    WHERE h.business_id = $1 AND h.event_type_id = $2 AND h.user_id = ANY ($3) AND NOT h.mandatory
      AND e.business_id = h.business_id AND e.id = h.event_type_id AND e.scheduling_type = 'roundRobin'
    """)

  /// A booking that does not take place counts for nobody.
  static func takeBack(_ booking: Booking, in ledger: BookingLedger) async throws {
    guard let typeID = booking.eventTypeID else { return }
    _ = try await ledger.transaction.query(
      takeBack, booking.businessID, typeID, booking.hosts.map(\.id))
  }
}
