import Synchronization
import Testing

@testable import Origin

/// How often the database is asked, whatever comes.
@Suite struct APIKeyCacheTests {
  private final class Database: Sendable {
    private struct State {
      var lookups = 0
      var running = 0
      var mostRunning = 0
    }

    private let state = Mutex(State())
    /// Nobody is answered before this opens.
    let gate: Turnstile?

    init(gate: Turnstile? = nil) { self.gate = gate }

    var lookups: Int { state.withLock { $0.lookups } }
    var running: Int { state.withLock { $0.running } }
    var mostRunning: Int { state.withLock { $0.mostRunning } }

    /// Keys that begin with 1 are somebody's.
    func find(_ hash: [UInt8]) async throws -> APIKeyStore.Owner? {
      state.withLock { state in
        state.lookups += 1
        state.running += 1
        state.mostRunning = max(state.mostRunning, state.running)
      }
      defer { state.withLock { $0.running -= 1 } }
      if let gate {
        try await gate.pass {}
      } else {
        // Lets whoever may run beside this one do so.
        for _ in 0..<20 { await Task.yield() }
      }
      return hash.first == 1 ? APIKeyStore.Owner(keyID: Int(hash[1]), userID: 7, expiresAt: nil) : nil
    }
  }

  private func cache(_ database: Database, _ change: (inout APIKeyLookups.Limits) -> Void = { _ in })
    -> APIKeyCache
  {
    var limits = APIKeyLookups.Limits(life: .seconds(3600))
    change(&limits)
    return APIKeyCache(limits: limits) { try await database.find($0) }
  }

  @Test(arguments: [[UInt8]([1, 1]), [0, 1]])
  func `a thousand requests with one key are one look-up, whether it is somebody's or not`(_ hash: [UInt8])
    async throws
  {
    let database = Database()
    let cache = cache(database)
    let found = try await withThrowingTaskGroup(of: Int?.self) { group in
      for _ in 0..<1000 { group.addTask { try await cache.owner(ofHash: hash)?.userID } }
      return try await group.reduce(into: [Int?]()) { $0.append($1) }
    }
    #expect(found == Array(repeating: hash[0] == 1 ? 7 : nil, count: 1000))
    #expect(database.lookups == 1)
  }

  @Test func `an answer is good for its life, and no longer`() async throws {
    let database = Database()
    let cache = cache(database) { $0.life = .milliseconds(50) }
    for round in 1...3 {
      #expect(try await cache.owner(ofHash: [1, 1])?.userID == 7)
      #expect(database.lookups == round)
      try await Task.sleep(for: .milliseconds(60))
    }
  }

  @Test func `a key that is forgotten is looked up again`() async throws {
    let database = Database()
    let cache = cache(database)
    _ = try await cache.owner(ofHash: [1, 5])
    cache.forget(5)
    _ = try await cache.owner(ofHash: [1, 5])
    #expect(database.lookups == 2)
  }

  @Test func `a flood of unknown keys neither grows it nor takes more than its places`() async throws {
    let database = Database()
    let cache = cache(database) { limits in
      limits.entries = 64
      limits.waiting = 10_000
    }
    _ = try await cache.owner(ofHash: [1, 1])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<5000 {
        group.addTask { () async throws in
          #expect(try await cache.owner(ofHash: [0, UInt8(index & 255), UInt8(index >> 8)]) == nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(database.lookups == 5001 && database.mostRunning <= 4)
    #expect(cache.count <= 65)
    #expect(try await cache.owner(ofHash: [1, 1])?.userID == 7)
    #expect(database.lookups == 5001)
  }

  @Test
  func
    `while unknown keys fill their places, whoever comes after them is sent away, but a known key gets through`()
    async throws
  {
    // Holds up everything, until its one place is left.
    let gate = Turnstile(1)
    let database = Database(gate: gate)
    let cache = cache(database) { limits in
      limits.waiting = 2
      limits.life = .zero
    }
    // Known, though its answer is old.
    #expect(try await cache.owner(ofHash: [1, 1])?.userID == 7)
    try await withThrowingTaskGroup(of: Void.self) { group in
      try await gate.pass {
        for index in UInt8(0)..<6 { group.addTask { _ = try await cache.owner(ofHash: [0, index]) } }
        // Four are asked for and two wait: seven with the known one.
        while database.running < 4 || cache.count < 7 { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
        try #require(database.running == 4)
        await #expect(throws: APIKeyCache.Busy.self) { try await cache.owner(ofHash: [0, 99]) }
        group.addTask { () async throws in #expect(try await cache.owner(ofHash: [1, 1])?.userID == 7) }
        while database.running < 5 { try await Task.sleep(for: .milliseconds(1)) }
      }
      try await group.waitForAll()
    }
    #expect(database.mostRunning == 5)
  }

  @Test func `what the database could not say is not remembered`() async throws {
    struct Away: Error {}
    let asked = Atomic<Int>(0)
    let cache = APIKeyCache { _ in
      if asked.wrappingAdd(1, ordering: .relaxed).newValue == 1 { throw Away() }
      return nil
    }
    await #expect(throws: Away.self) { try await cache.owner(ofHash: [1]) }
    #expect(try await cache.owner(ofHash: [1]) == nil)
    #expect(asked.load(ordering: .relaxed) == 2)
  }
}
