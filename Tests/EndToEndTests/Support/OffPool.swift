import Foundation
import Synchronization
import Testing

/// Runs blocking code on a thread of its own: the pool that tests run on has only as many threads as the machine
/// has processors.
func offPool<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}

/// Does the same so many times at once, each on a thread of its own: all `prepare`, and when the last is done,
/// all `send`.
func together<P, R: Sendable>(
  _ count: Int, prepare: @escaping @Sendable (Int) throws -> P, send: @escaping @Sendable (P) throws -> R
) async throws -> [R] {
  let gate = StartingGate(count)
  return try await withThrowingTaskGroup(of: R.self) { group in
    for index in 0..<count {
      group.addTask {
        try await offPool {
          let prepared = Result { try prepare(index) }
          gate.wait()
          return try send(prepared.get())
        }
      }
    }
    return try await group.reduce(into: []) { $0.append($1) }
  }
}

/// Lets nobody pass before everybody has come.
private final class StartingGate: Sendable {
  private let missing: Mutex<Int>
  private let open = DispatchSemaphore(value: 0)

  init(_ count: Int) { missing = Mutex(count) }

  func wait() {
    let isLast = missing.withLock { missing in
      missing -= 1
      return missing == 0
    }
    if !isLast { open.wait() }
    // Each one who goes lets the next one through.
    open.signal()
  }
}

/// Looks again and again until `isTrue`, for what another process does without telling us.
///
/// - Returns: how long it took.
@discardableResult
func eventually(
  _ what: String, within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation,
  _ isTrue: () async throws -> Bool
) async throws -> Duration {
  let start = ContinuousClock.now
  while start.duration(to: .now) < limit {
    if try await isTrue() { return start.duration(to: .now) }
    try await Task.sleep(for: .milliseconds(20))
  }
  Issue.record("not within \(limit): \(what)", sourceLocation: sourceLocation)
  throw EndToEndError("not within \(limit): \(what)")
}

/// Why a test could not go on.
struct EndToEndError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
