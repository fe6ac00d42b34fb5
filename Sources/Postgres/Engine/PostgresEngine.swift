import Foundation

/// The part of the client that lives on its own thread, as other threads see it.
final class PostgresEngine: Sendable {
  let configuration: PostgresConfiguration
  let inbox: EngineInbox
  let poll: EventPoll
  let observe: @Sendable (PostgresEvent) -> Void
  let stopped = StopSignal()

  init(configuration: PostgresConfiguration, observer: (@Sendable (PostgresEvent) -> Void)?) {
    let poll = EventPoll()
    self.configuration = configuration
    self.poll = poll
    self.observe = observer ?? { _ in }
    self.inbox = EngineInbox(
      statementLimit: configuration.queueLimit, transactionLimit: configuration.transactionQueueLimit,
      wake: { poll.wake() })
  }

  /// Starts the I/O thread; it leaves after `stop`.
  func start() {
    let thread = Thread {
      Thread.current.name = "postgres-io"
      EngineLoop(engine: self).run()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }

  /// Runs a statement; `lease` names the transaction it belongs to.
  func query(
    _ statement: Statement, _ parameters: [any PostgresEncodable], lease: TransactionLease? = nil
  ) async throws(PostgresError) -> PostgresRows {
    let request = StatementRequest(statement, try PostgresParameters(parameters), lease: lease)
    return try await request.wait {
      submit(.statement(request))
    } onCancel: {
      _ = self.inbox.submit(.purge)
    }
  }

  /// Waits for a connection of one's own; ``release(_:)`` gives it back.
  func acquire(_ isolation: PostgresIsolation) async throws(PostgresError) -> TransactionLease {
    let request = TransactionRequest(isolation: isolation)
    return try await request.wait {
      submit(.acquire(request))
    } onCancel: {
      _ = self.inbox.submit(.purge)
    }
  }

  func release(_ lease: TransactionLease) {
    _ = inbox.submit(.release(lease))
  }

  /// Sends a statement whose answer nobody waits for.
  func post(_ statement: Statement, _ parameters: PostgresParameters) {
    let request = StatementRequest(statement, parameters)
    guard request.start() else { return }
    _ = submit(.statement(request))
  }

  /// Waits until everything queued is done, `timeout` at most, and every connection is closed.
  func stop(timeout: Duration) async {
    beginStop(timeout: timeout)
    await stopped.wait()
  }

  func beginStop(timeout: Duration) {
    inbox.stop()
    _ = inbox.submit(.stop(deadline: MonotonicTime.now + timeout.nanoseconds))
  }

  func submit(_ command: EngineCommand) -> PostgresError? {
    let refusal = inbox.submit(command)
    if case .queueFull = refusal?.kind { observe(.queueFull) }
    return refusal
  }
}
