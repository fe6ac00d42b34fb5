import Synchronization

/// Sends mail to a server through libcurl.
///
/// A few sessions, each with a thread of its own and a connection that it keeps, take messages from one
/// bounded queue; the caller only waits. A cancelled task's message is given up: one that waits is never
/// sent, one that is under way ends within a second and may have arrived.
package final class SMTPTransport: MailTransport {
  private let configuration: SMTPConfiguration
  private let state: Mutex<State>

  private struct State {
    var sessions = 0
    var idle: [CurlSMTPSession] = []
    var waiting: [SMTPDelivery] = []
  }

  package init(configuration: SMTPConfiguration) {
    self.configuration = configuration
    state = Mutex(State())
  }

  package func send(_ message: MailMessage) async throws(MailError) {
    let delivery = SMTPDelivery(message)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        delivery.whenDone(continuation)
        submit(delivery)
      }
    } onCancel: {
      delivery.cancel()
      state.withLock { $0.waiting.removeAll { $0 === delivery } }
    }
    try result.get()
  }

  private enum Step {
    case start(CurlSMTPSession)
    case wait
    case refuse
  }

  private func submit(_ delivery: SMTPDelivery) {
    let step: Step = state.withLock { state in
      if let session = state.idle.popLast() { return .start(session) }
      if state.sessions < configuration.maximumConnections {
        state.sessions += 1
        return .start(CurlSMTPSession(configuration: configuration, number: state.sessions))
      }
      guard state.waiting.count < configuration.maximumWaiting else { return .refuse }
      state.waiting.append(delivery)
      return .wait
    }
    switch step {
    case .start(let session): session.run { self.work(session, from: delivery) }
    case .wait: break
    case .refuse: delivery.finish(.failure(MailError(.temporary, "too many mails are waiting to be sent")))
    }
  }

  /// Runs on the session's thread, from one message to the next until none waits.
  private func work(_ session: CurlSMTPSession, from first: SMTPDelivery) {
    var next: SMTPDelivery? = first
    while let delivery = next {
      delivery.finish(session.send(delivery))
      next = state.withLock { state in
        guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
        state.idle.append(session)
        return nil
      }
    }
  }
}
