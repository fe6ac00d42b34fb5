import Foundation
import Glibc
import Synchronization

/// The threads of an ``SMTPSink`` and what they share.
final class SMTPSinkCore: Sendable {
  struct State {
    var mails: [SMTPSink.Mail] = []
    var plans: [SMTPSink.Stage: [(action: SMTPSink.Action, times: Int)]] = [:]
    var visits: [SMTPSink.Stage: Int] = [:]
    var connections = 0
    var open: Set<Int32> = []
    var isStopped = false
    var waiters: [Waiter] = []
  }

  struct Waiter {
    let id: UUID
    let isDone: @Sendable (borrowing State) -> Bool
    let continuation: CheckedContinuation<Bool, Never>
  }

  let state = Mutex(State())
  let credentials: (user: String, password: String)?
  private let listener: LoopbackListener

  init(listener: LoopbackListener, credentials: (String, String)?) {
    self.listener = listener
    self.credentials = credentials
  }

  func start() {
    let thread = Thread { [self] in
      while let socket = listener.accept() { serve(socket) }
    }
    thread.name = "smtp-sink"
    thread.start()
  }

  /// Shuts sockets down rather than closing them: their threads do that when they wake. Under the lock,
  /// like the closing, because a number that was just closed may already be somebody else's socket.
  func stop() {
    listener.stop()
    state.withLock { state in
      state.isStopped = true
      for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  /// Counts the visit and takes the next planned action off the list.
  func visit(_ stage: SMTPSink.Stage) -> SMTPSink.Action? {
    change { state in
      state.visits[stage, default: 0] += 1
      guard let next = state.plans[stage]?.first else { return nil }
      if next.times > 1 { state.plans[stage]?[0].times -= 1 } else { state.plans[stage]?.removeFirst() }
      return next.action
    }
  }

  func keep(_ mail: SMTPSink.Mail) {
    change { $0.mails.append(mail) }
  }

  /// Suspends until `isDone`; throws after `limit`.
  func wait(within limit: Duration, _ isDone: @escaping @Sendable (borrowing State) -> Bool) async throws {
    let id = UUID()
    let timer = Task {
      try await Task.sleep(for: limit)
      take { waiter, _ in waiter.id == id }.forEach { $0.continuation.resume(returning: false) }
    }
    defer { timer.cancel() }
    let isReached = await withCheckedContinuation { continuation in
      let isNow = state.withLock { state in
        if isDone(state) { return true }
        state.waiters.append(Waiter(id: id, isDone: isDone, continuation: continuation))
        return false
      }
      if isNow { continuation.resume(returning: true) }
    }
    guard isReached else {
      let seen = state.withLock {
        "mails \($0.mails.count), connections \($0.connections), visits \($0.visits)"
      }
      throw SMTPSink.TimedOut(description: "after \(limit) the SMTP sink had: \(seen)")
    }
  }

  /// Changes the state and wakes whoever waited for that.
  @discardableResult
  private func change<Value>(_ change: (inout sending State) -> sending Value) -> Value {
    let value = state.withLock(change)
    take { waiter, state in waiter.isDone(state) }.forEach { $0.continuation.resume(returning: true) }
    return value
  }

  private func take(_ isMeant: (Waiter, borrowing State) -> Bool) -> [Waiter] {
    state.withLock { state in
      let taken = state.waiters.filter { isMeant($0, state) }
      state.waiters.removeAll { waiter in taken.contains { $0.id == waiter.id } }
      return taken
    }
  }

  private func serve(_ socket: Int32) {
    let isWelcome = state.withLock { state in
      guard !state.isStopped else { return false }
      state.connections += 1
      state.open.insert(socket)
      return true
    }
    guard isWelcome else {
      close(socket)
      return
    }
    let thread = Thread { [self] in
      SMTPSinkConnection(socket: socket, core: self).run()
      state.withLock { state in
        state.open.remove(socket)
        _ = close(socket)
      }
    }
    thread.start()
  }
}
