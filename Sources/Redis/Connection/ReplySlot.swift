private import Synchronization

/// Where one reply goes: resumes the waiting task once, with whatever comes first of reply, time-out, loss and
/// cancellation. Safe on every thread.
final class ReplySlot: Sendable {
  typealias Answer = Result<RESPValue, RedisError>

  private enum State: Sendable {
    case new
    case waiting(CheckedContinuation<Answer, Never>)
    case finished
  }

  private let state = Mutex(State.new)

  /// Whether there is something to wait for; false when the task was cancelled before.
  func begin(_ continuation: CheckedContinuation<Answer, Never>) -> Bool {
    let waits = state.withLock { state in
      guard case .new = state else { return false }
      state = .waiting(continuation)
      return true
    }
    if !waits { continuation.resume(returning: .failure(.cancelled)) }
    return waits
  }

  func finish(_ answer: Answer) {
    let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
      defer { state = .finished }
      guard case .waiting(let continuation) = state else { return nil }
      return continuation
    }
    continuation?.resume(returning: answer)
  }

  var isFinished: Bool {
    state.withLock { state in
      if case .finished = state { true } else { false }
    }
  }
}
