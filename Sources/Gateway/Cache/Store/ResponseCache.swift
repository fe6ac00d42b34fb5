internal import NIOCore
internal import Synchronization

/// The stored answers of the process, shared by all its event loops.
///
/// Why one store and not one per loop: memory is bounded once, not once per core; what one loop has fetched all have;
/// a crowd is one crowd, whichever loops its connections landed on. What it costs: a look-up locks one of 32 shards
/// for the time of a dictionary look-up, some fifty nanoseconds of the ten thousand that a hit takes. The shards are
/// chosen by a hash that nobody outside knows, so two loops meet in one as often as chance wants it. Everything else
/// (comparing keys, Vary, freshness, purges, writing the answer) happens outside of the lock on immutable entries.
package final class ResponseCache: Sendable {
  private struct State: Sendable {
    var shard: CacheShard
    var crowds = CrowdTable()
  }

  /// Alone in its memory, so that neighbours' locks do not share a cache line.
  private final class Lock: Sendable {
    let state: Mutex<State>

    init(capacity: Int) { state = Mutex(State(shard: CacheShard(capacity: capacity))) }
  }

  package let purges: PurgeBoard
  package let configuration: CacheConfiguration
  private let locks: [Lock]
  private let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
  private let filling = Atomic<Int>(0)

  package init(_ configuration: CacheConfiguration, purges: PurgeBoard) {
    self.configuration = configuration
    self.purges = purges
    // An entry must fit into its shard several times over.
    var count = 32
    while count > 1, configuration.bytes / count < 4 * configuration.entryBytes { count /= 2 }
    locks = (0..<count).map { _ in Lock(capacity: configuration.bytes / count) }
  }

  // MARK: Entries

  package func hash(_ key: Span<UInt8>) -> UInt64 { CacheKey.hash(key, seeds) }

  func find(_ hash: UInt64) -> CacheVariants? {
    lock(hash).state.withLock { $0.shard.find(hash) }
  }

  func insert(_ entry: CacheEntry) {
    lock(entry.hash).state.withLock { $0.shard.insert(entry) }
  }

  func remove(_ entry: CacheEntry) {
    lock(entry.hash).state.withLock { $0.shard.remove(entry) }
  }

  // MARK: Crowds

  /// - Parameters:
  ///   - place: of the key and variant.
  ///   - seen: the newest entry that the caller has looked at; when there is another one, nil is answered and he has
  ///     to look again.
  func board(
    _ place: UInt64, key: UInt64, seen: CacheEntry?, waiter: CrowdTable.Waiter?, now: Int
  ) -> CrowdTable.Boarding? {
    lock(key).state.withLock { state in
      guard state.shard.newest(key) === seen else { return nil }
      return state.crowds.board(place, waiter: waiter, now: now)
    }
  }

  func leave(_ ticket: CrowdTable.Ticket, key: UInt64) {
    lock(key).state.withLock { $0.crowds.leave(ticket) }
  }

  func land(_ ticket: CrowdTable.Ticket, key: UInt64, _ outcome: CrowdTable.Outcome) {
    resume(lock(key).state.withLock { $0.crowds.land(ticket) }, outcome)
  }

  func goAlone(_ place: UInt64, key: UInt64, now: Int) {
    lock(key).state.withLock { $0.crowds.goAlone(place, now: now) }
  }

  func share(_ place: UInt64, key: UInt64) {
    lock(key).state.withLock { $0.crowds.share(place) }
  }

  private func resume(_ waiters: [CrowdTable.Waiter], _ outcome: CrowdTable.Outcome) {
    for waiter in waiters {
      waiter.exchange.eventLoop.execute {
        waiter.exchange.value.crowdLanded(outcome, generation: waiter.generation)
      }
    }
  }

  // MARK: Bounds

  /// Whether so many bytes more may be held in answers that are not stored yet: all of them together take at most a
  /// quarter of the store's own room.
  func reserve(_ bytes: Int) -> Bool {
    let total = filling.wrappingAdd(bytes, ordering: .relaxed).newValue
    guard total > configuration.bytes / 4 else { return true }
    filling.wrappingSubtract(bytes, ordering: .relaxed)
    return false
  }

  func release(_ bytes: Int) { filling.wrappingSubtract(bytes, ordering: .relaxed) }

  package var bytes: Int { sum { $0.bytes } }
  package var count: Int { sum { $0.count } }
  package var evictions: Int { sum { $0.evictions } }

  private func sum(_ value: (CacheShard) -> Int) -> Int {
    locks.reduce(0) { total, lock in total + lock.state.withLock { value($0.shard) } }
  }

  private func lock(_ hash: UInt64) -> Lock { locks[Int(truncatingIfNeeded: hash >> 40) & (locks.count - 1)] }
}
