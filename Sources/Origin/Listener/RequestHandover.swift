import Synchronization

/// Where the loop puts a connection's request and its task takes it: one at a time, because the next one is not read
/// before the answer is out.
final class RequestHandover: Sendable {
  @safe private enum State {
    case empty
    case awaited(UnsafeContinuation<ArrivedRequest?, Never>)
    case full(ArrivedRequest)
    case closed
  }

  private let state = Mutex(State.empty)

  /// The next request; nil when the connection has ended. For one task only.
  func next() async -> ArrivedRequest? {
    // Resumed exactly once: by what is here, by `put` or by `close`, each of which takes it out of the state.
    await unsafe withUnsafeContinuation { continuation in
      let isSettled: (ArrivedRequest?)? = state.withLock { state in
        switch state {
        case .empty:
          state = unsafe State.awaited(continuation)
          return nil
        case .full(let request):
          state = .empty
          return .some(request)
        case .closed: return .some(nil)
        case .awaited: preconditionFailure("a connection has one task")
        }
      }
      if let isSettled { unsafe continuation.resume(returning: isSettled) }
    }
  }

  func put(_ request: ArrivedRequest) {
    settle(request, otherwise: .full(request))
  }

  func close() {
    settle(nil, otherwise: .closed)
  }

  private func settle(_ request: ArrivedRequest?, otherwise kept: State) {
    let awaiting = unsafe state.withLock { state -> UnsafeContinuation<ArrivedRequest?, Never>? in
      guard case .awaited(let continuation) = state else {
        state = kept
        return nil
      }
      state = request == nil ? .closed : .empty
      return unsafe continuation
    }
    unsafe awaiting?.resume(returning: request)
  }
}
