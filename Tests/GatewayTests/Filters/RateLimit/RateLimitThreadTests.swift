import Foundation
import Synchronization
import Testing

@testable import Gateway

/// The table under threads of the system's, as event loops are.
@Suite struct RateLimitThreadTests {
  private static let budget = RateLimitBudget(requests: 500, perSeconds: 3_600, burst: 500)

  /// Runs `body` on so many threads at once and adds up what they return.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Int) async -> Int {
    let box = ThreadBox()
    await withCheckedContinuation { continuation in
      let ended = DispatchGroup()
      for thread in 0..<count {
        ended.enter()
        Thread.detachNewThread {
          box.started.wrappingAdd(1, ordering: .sequentiallyConsistent)
          while box.started.load(ordering: .sequentiallyConsistent) < count { sched_yield() }
          let result = body(thread)
          box.sum.withLock { $0 += result }
          ended.leave()
        }
      }
      ended.notify(queue: .global()) { continuation.resume() }
    }
    return box.sum.withLock { $0 }
  }

  @Test func `eight threads get exactly the budget of each of sixteen keys`() async {
    let table = RateLimitTable(keys: 1 << 12)
    let allowed = await onThreads(8) { thread in
      (0..<16_000).count { number in
        let key = UInt64((number + thread) % 16 + 1)
        return table.take(Self.budget, hash: key << 45 | key << 3, now: 1_000).isAllowed
      }
    }
    #expect(allowed == 16 * 500)
  }

  @Test func `what threads give back can be had again, once`() async {
    let table = RateLimitTable(keys: 1 << 12)
    let hash: UInt64 = 77 << 42
    // Each thread takes and gives back, and keeps every tenth.
    let kept = await onThreads(8) { _ in
      (0..<4_000).count { number in
        guard table.take(Self.budget, hash: hash, now: 1_000).isAllowed else { return false }
        if number % 10 == 0 { return true }
        table.giveBack(Self.budget, cost: Self.budget.interval, hash: hash, now: 1_000)
        return false
      }
    }
    #expect(kept <= 500)
    let used = table.ahead(Self.budget, hash: hash, now: 1_000) / Self.budget.interval
    #expect(used == UInt64(kept))
  }
}

/// What the threads of one test have in common.
private final class ThreadBox: Sendable {
  let sum = Mutex(0)
  let started = Atomic<Int>(0)
}
