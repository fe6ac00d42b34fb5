private import Dispatch
private import Synchronization

/// Hashes and checks passwords for async callers, on threads of its own ("daybook.passwords"), never on the
/// cooperative pool or an event loop.
///
/// At most `width` hashes run at once, so memory is bounded by `width * parameters.memory`; at most
/// `queueLimit` more wait, and further callers get `.busy`. A cancelled task that still waits leaves the queue.
package final class PasswordHasher: Sendable {
  private let parameters: Password.Parameters
  private let threads = DispatchQueue(label: "daybook.passwords", qos: .utility, attributes: .concurrent)
  private let queue: Mutex<WorkQueue>
  /// What an unknown user's password is compared with.
  private let decoy: String

  /// `width`: threads that hash at the same time; one suits a small machine.
  package init(parameters: Password.Parameters = .recommended, width: Int = 1, queueLimit: Int = 64) {
    self.parameters = parameters
    queue = Mutex(WorkQueue(width: width, limit: queueLimit))
    decoy = PasswordHash.decoy(parameters: parameters).description
  }

  /// The string to store for a password.
  package func hash(_ password: String) async throws(SecretsError) -> String {
    try await run { [parameters] () throws(SecretsError) in
      try Password.hash(password, parameters: parameters)
    }
  }

  /// Whether the password fits a stored string. With nil (no such user) it does the same work and says no, so
  /// that the time of the answer does not tell who has an account.
  package func verify(
    _ password: String, against stored: String?
  ) async throws(SecretsError) -> PasswordVerdict {
    let candidate = stored ?? decoy
    let fits = try await run { () throws(SecretsError) in
      try Password.verify(password, against: candidate)
    }
    guard fits, let stored else { return .wrong }
    return Password.needsRehash(stored, parameters: parameters) ? .rightButOutdated : .right
  }

  private func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws(SecretsError) -> Value
  ) async throws(SecretsError) -> Value {
    let id = queue.withLock { $0.nextID() }
    let result: Result<Value, SecretsError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        submit(
          WorkQueue.Job(id: id) { refusal in
            continuation.resume(returning: refusal.map(Result.failure) ?? Result(catching: work))
          })
      }
    } onCancel: {
      queue.withLock { $0.cancel(id) }?.run(.cancelledWhileWaiting)
    }
    return try result.get()
  }

  private func submit(_ job: WorkQueue.Job) {
    // Asked under the lock: a task cancelled before this is refused here, one cancelled later is found waiting.
    switch queue.withLock({ $0.submit(job, cancelled: Task.isCancelled) }) {
    case .start: threads.async { self.work(from: job) }
    case .wait: break
    case .refuse(let error): job.run(error)
    }
  }

  /// On a thread of `threads`: this job, then those that wait.
  private func work(from first: WorkQueue.Job) {
    var next: WorkQueue.Job? = first
    while let job = next {
      job.run(nil)
      next = queue.withLock { $0.next() }
    }
  }
}
