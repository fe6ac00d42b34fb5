import Synchronization

/// What other threads have for the I/O thread: bounded, and waking it only when it sleeps.
final class EngineInbox: Sendable {
  private struct Contents {
    var commands: [EngineCommand] = []
    /// Independent statements not sent yet, here or in the loop's queue.
    var statements = 0
    /// Tasks that wait for a connection of their own.
    var transactions = 0
    var isAsleep = false
    var phase = Phase.open
  }

  enum Phase {
    case open
    /// Stopping: only what belongs to a transaction under way is taken.
    case stopping
    case closed
  }

  private let contents = Mutex(Contents())
  private let statementLimit: Int
  private let transactionLimit: Int
  private let wake: @Sendable () -> Void

  init(statementLimit: Int, transactionLimit: Int, wake: @escaping @Sendable () -> Void) {
    self.statementLimit = statementLimit
    self.transactionLimit = transactionLimit
    self.wake = wake
  }

  /// Takes a request in, or says why not.
  func submit(_ command: EngineCommand) -> PostgresError? {
    let (refusal, mustWake) = contents.withLock { contents -> (PostgresError?, Bool) in
      if let refusal = admit(command, &contents) { return (refusal, false) }
      contents.commands.append(command)
      defer { contents.isAsleep = false }
      return (nil, contents.isAsleep)
    }
    if mustWake { wake() }
    return refusal
  }

  /// Moves everything into `commands`; when there is nothing, notes that the thread goes to sleep.
  /// `statements` and `transactions` are how many have left the loop's queues since the last call.
  func take(into commands: inout [EngineCommand], statements: Int, transactions: Int) {
    contents.withLock { contents in
      contents.statements -= statements
      contents.transactions -= transactions
      swap(&contents.commands, &commands)
      contents.isAsleep = commands.isEmpty
    }
  }

  var waitingStatements: Int { contents.withLock { $0.statements } }

  /// The thread is up again: nobody needs to wake it.
  func awake() {
    contents.withLock { $0.isAsleep = false }
  }

  func stop() {
    contents.withLock { contents in
      if contents.phase == .open { contents.phase = .stopping }
    }
  }

  /// The thread leaves: gives what is left, and from here on everything is refused.
  func close() -> [EngineCommand] {
    contents.withLock { contents in
      contents.phase = .closed
      defer { contents.commands = [] }
      return contents.commands
    }
  }

  private func admit(_ command: EngineCommand, _ contents: inout Contents) -> PostgresError? {
    let stopped = PostgresError(.connection("the client is stopping"), outcome: .notSent)
    if contents.phase == .closed { return stopped }
    switch command {
    case .statement(let request) where request.lease == nil:
      guard contents.phase == .open else { return stopped }
      guard contents.statements < statementLimit else { return PostgresError(.queueFull, outcome: .notSent) }
      contents.statements += 1
    case .acquire:
      guard contents.phase == .open else { return stopped }
      guard contents.transactions < transactionLimit else {
        return PostgresError(.queueFull, outcome: .notSent)
      }
      contents.transactions += 1
    default: break
    }
    return nil
  }
}
