/// Who hashes now and who waits: a value without threads. Its owner runs what it hands out.
struct WorkQueue {
  struct Job: Sendable {
    let id: UInt64
    /// Does the work, or with an error passes that to the waiting caller.
    let run: @Sendable (SecretsError?) -> Void
  }

  enum Action {
    /// A thread is free: run it now.
    case start
    case wait
    case refuse(SecretsError)
  }

  private let width: Int
  private let limit: Int
  private var running = 0
  private var waiting: [Job] = []
  private var lastID: UInt64 = 0

  init(width: Int, limit: Int) {
    precondition(width > 0 && limit >= 0)
    self.width = width
    self.limit = limit
  }

  mutating func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  mutating func submit(_ job: Job, cancelled: Bool) -> Action {
    if cancelled { return .refuse(.cancelledWhileWaiting) }
    if running < width {
      running += 1
      return .start
    }
    guard waiting.count < limit else {
      return .refuse(SecretsError(.busy, "\(limit) password hashes wait already"))
    }
    waiting.append(job)
    return .wait
  }

  /// A thread is done with a job: the next one for it, or nil and the thread is free.
  mutating func next() -> Job? {
    if waiting.isEmpty {
      running -= 1
      return nil
    }
    return waiting.removeFirst()
  }

  /// The job taken out of the queue, or nil when it runs or has run.
  mutating func cancel(_ id: UInt64) -> Job? {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
    return waiting.remove(at: index)
  }
}

extension SecretsError {
  static let cancelledWhileWaiting = SecretsError(.cancelled, "cancelled while waiting for a password hash")
}
