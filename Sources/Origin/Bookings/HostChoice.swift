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

  init(_ bookable: BookableEventType, in ledger: LedgerStore) async throws {
    self.bookable = bookable
    now = Instant(ledger.now)
    guard bookable.isRoundRobin else { return }
    for turn in try await ledger.turns(of: bookable.type) {
      guard let index = bookable.hosts.firstIndex(where: { $0.person.id == turn.hostID }) else { continue }
      given[index] = Given(assigned: turn.assigned, last: turn.last)
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
    // With nobody of those who share the work, there is nobody: the ledger writes no booking without hosts.
    guard let pick else { return [] }
    given[pick] = Given(assigned: (given[pick]?.assigned ?? 0) + 1, last: now)
    givenTo.append(pick)
    return [bookable.hosts[pick]] + fixed
  }

  /// Of those who are free, the one whose turn it is. Whoever has no row any more has left a moment ago.
  func best(among free: [Int]) -> Int? {
    let pool = free.filter { bookable.isInPool($0) && given[$0] != nil }
    let candidates = pool.map { index in
      let host = bookable.hosts[index]
      return RoundRobin.Candidate(
        hostID: host.person.id, priority: host.priority, weight: host.weight,
        assigned: given[index]?.assigned ?? 0, lastAssigned: given[index]?.last)
    }
    return RoundRobin.order(candidates).first.map { pool[$0] }
  }

  /// Writes down who got what.
  func save(in ledger: LedgerStore, of type: EventType) async throws {
    let counts = Dictionary(givenTo.map { (bookable.hosts[$0].person.id, 1) }, uniquingKeysWith: +)
    try await ledger.give(counts, of: type)
  }
}

extension BookableEventType {
  /// Whether a position in the generator's hosts, which may have more than the event type's, is one of those who share
  /// the work.
  func isInPool(_ index: Int) -> Bool { hosts.indices.contains(index) && hosts[index].role == .pool }

  /// Whether one of these is among those who share the work.
  func shares(_ hostIDs: [Int]) -> Bool {
    hosts.contains { $0.role == .pool && hostIDs.contains($0.person.id) }
  }

  /// The position of the one who has a booking of a round robin, if he is among `indices`.
  func poolHost(of booking: Booking, among indices: some Sequence<Int>) -> Int? {
    indices.first { index in isInPool(index) && booking.hosts.contains { $0.id == hosts[index].person.id } }
  }
}
