import Synchronization

/// One message on its way, and the task that waits for it. Thread-safe.
final class SMTPDelivery: Sendable {
  let sender: String
  let recipients: [String]
  let body: [UInt8]

  private let cancelled = Atomic<Bool>(false)
  private let waiter = Mutex<Waiter>(.none)

  private enum Waiter {
    case none
    case waiting(CheckedContinuation<Result<Void, MailError>, Never>)
    case done(Result<Void, MailError>)
  }

  init(_ message: MailMessage) {
    sender = message.from.mailbox
    recipients = message.to.map(\.mailbox)
    body = message.bytes()
  }

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Marks the message as given up, and lets its task go on.
  func cancel() {
    cancelled.store(true, ordering: .relaxed)
    finish(.failure(MailError(.temporary, "sending was cancelled")))
  }

  /// Resumes `continuation` with the first result, which may be there already.
  func whenDone(_ continuation: CheckedContinuation<Result<Void, MailError>, Never>) {
    let result: Result<Void, MailError>? = waiter.withLock { waiter in
      if case .done(let result) = waiter { return result }
      waiter = .waiting(continuation)
      return nil
    }
    if let result { continuation.resume(returning: result) }
  }

  /// Only the first result counts.
  func finish(_ result: Result<Void, MailError>) {
    let continuation: CheckedContinuation<Result<Void, MailError>, Never>? = waiter.withLock { waiter in
      defer { if case .done = waiter {} else { waiter = .done(result) } }
      guard case .waiting(let continuation) = waiter else { return nil }
      return continuation
    }
    continuation?.resume(returning: result)
  }
}
