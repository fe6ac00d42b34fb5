import Synchronization

/// An answer that one task waits for, given exactly once: by the I/O thread, or by the task's cancellation.
///
/// The continuation is written before the state leaves `created` and read only by whoever moves the state to
/// `done`; the atomic orders the two. That is what `@unchecked` rests on.
@safe
class Reply<Value: Sendable>: @unchecked Sendable {
  typealias Answer = Result<Value, PostgresError>

  enum State: UInt8, AtomicRepresentable {
    case created, waiting, sent, done
  }

  private let state = Atomic<State>(.created)
  private var continuation: UnsafeContinuation<Answer, Never>?

  /// Waits for the answer after `submit` has handed the reply on. Cancelling the task gives the answer at
  /// once, and `onCancel` is told when it was still waiting.
  func wait(
    submit: () -> PostgresError?, onCancel: @escaping @Sendable () -> Void
  ) async throws(PostgresError) -> Value {
    let answer = await withTaskCancellationHandler {
      await waitUncancellably(submit: submit)
    } onCancel: {
      if cancel() { onCancel() }
    }
    return try answer.get()
  }

  /// The same for what must not be left half-way, such as COMMIT.
  func waitUncancellably(submit: () -> PostgresError?) async -> Answer {
    await unsafe withUnsafeContinuation { continuation in
      unsafe self.continuation = unsafe continuation
      guard start() else { return finishNow(PostgresError(.cancelled, outcome: .notSent)) }
      if let refusal = submit() { finish(.failure(refusal)) }
    }
  }

  /// Without a task that waits: the answer is dropped.
  func start() -> Bool {
    state.compareExchange(expected: .created, desired: .waiting, ordering: .acquiringAndReleasing).exchanged
  }

  /// The I/O thread is about to send it; false when it was cancelled before.
  func claim() -> Bool {
    state.compareExchange(expected: .waiting, desired: .sent, ordering: .acquiringAndReleasing).exchanged
  }

  /// Back from `sent`: nothing of it reached the server. False when it was cancelled meanwhile.
  func unclaim() -> Bool {
    state.compareExchange(expected: .sent, desired: .waiting, ordering: .acquiringAndReleasing).exchanged
  }

  /// Gives the answer unless it has been given; false then.
  @discardableResult
  func finish(_ answer: Answer) -> Bool {
    guard state.exchange(.done, ordering: .acquiringAndReleasing) != .done else { return false }
    unsafe continuation?.resume(returning: answer)
    return true
  }

  var isDone: Bool { state.load(ordering: .acquiring) == .done }

  /// True when it was still waiting to be sent.
  private func cancel() -> Bool {
    switch state.exchange(.done, ordering: .acquiringAndReleasing) {
    case .created, .done: return false
    case .waiting:
      finishNow(PostgresError(.cancelled, outcome: .notSent))
      return true
    case .sent:
      finishNow(PostgresError(.cancelled, outcome: .unknown))
      return false
    }
  }

  private func finishNow(_ error: PostgresError) {
    unsafe continuation?.resume(returning: .failure(error))
  }
}
