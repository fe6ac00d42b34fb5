import ServiceLifecycle

/// A client of one database: independent statements of all tasks share a few pipelined connections, a
/// transaction takes one for itself.
///
/// Usable from any task as soon as it is made; connects when there is something to send. Runs as a service
/// so that a graceful stop finishes what is queued; list it before the services that use it.
package final class PostgresClient: Sendable, Service {
  package let configuration: PostgresConfiguration
  let engine: PostgresEngine
  private let notifications: NotificationQueue

  /// The observer is called on the client's own thread.
  package init(
    configuration: PostgresConfiguration, observer: (@Sendable (PostgresEvent) -> Void)? = nil
  ) {
    self.configuration = configuration
    let engine = PostgresEngine(configuration: configuration, observer: observer)
    self.engine = engine
    notifications = NotificationQueue { items in
      guard let parameters = try? PostgresParameters([items.map(\.channel), items.map(\.payload)]) else {
        return
      }
      engine.post(Self.notifyStatement, parameters)
    }
    engine.start()
  }

  deinit { engine.beginStop(timeout: .zero) }

  /// Waits for the graceful stop, then finishes what is queued and closes.
  package func run() async throws {
    try? await gracefulShutdown()
    await shutdown()
  }

  /// Refuses new statements, finishes those queued within `shutdownTimeout` and closes every connection.
  package func shutdown() async {
    notifications.flush()
    await engine.stop(timeout: configuration.shutdownTimeout)
  }

  /// Statements that wait to be sent; at `queueLimit` the next one is refused.
  package var queueDepth: Int { engine.inbox.waitingStatements }

  /// Runs one statement as a transaction of its own and gives its rows.
  ///
  /// Errors say in `outcome` whether the statement may have happened.
  package func query(
    _ statement: Statement, _ parameters: any PostgresEncodable...
  ) async throws(PostgresError) -> PostgresRows {
    try await engine.query(statement, parameters)
  }

  /// The same, where how many parameters there are is known at run time.
  package func query(
    _ statement: Statement, parameters: [any PostgresEncodable]
  ) async throws(PostgresError) -> PostgresRows {
    try await engine.query(statement, parameters)
  }

  /// Runs `body` in a transaction on a connection of its own: COMMIT when it returns, ROLLBACK when it throws
  /// or its task is cancelled.
  ///
  /// Throws what `body` throws, or a ``PostgresError`` when no connection came in time or COMMIT failed; a
  /// COMMIT whose answer was lost has outcome `.unknown`.
  package func transaction<R: Sendable>(
    isolation: PostgresIsolation = .readCommitted, _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    let lease = try await engine.acquire(isolation)
    defer { engine.release(lease) }
    let transaction = PostgresTransaction(engine: engine, lease: lease)
    let result = try await body(transaction)
    guard !Task.isCancelled else { throw PostgresError(.cancelled, outcome: .failed) }
    try await transaction.commit()
    return result
  }

  /// Sends a NOTIFY within some milliseconds, together with others of the moment; nobody waits for it, and a failure
  /// goes unnoticed.
  package func notify(_ channel: String, _ payload: String) {
    notifications.add(NotificationQueue.Item(channel: channel, payload: payload))
  }

  private static let notifyStatement = Statement(
    "SELECT pg_notify(n.channel, n.payload) FROM unnest($1::text[], $2::text[]) AS n (channel, payload)")

  /// Listens on a channel (63 bytes at most), over one connection for all channels; ends when the client
  /// stops. See ``PostgresNotification/resumed`` for what may have been missed.
  package func notifications(on channel: String) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: PostgresNotification.self, bufferingPolicy: .bufferingNewest(1024))
    // The buffer drops its oldest when it is full; the marker behind them tells the listener to look again.
    let subscription = ListenSubscription(channel: channel) {
      if case .dropped = continuation.yield($0) { continuation.yield(.resumed) }
    } finish: {
      continuation.finish()
    }
    continuation.onTermination = { [engine] _ in _ = engine.submit(.unsubscribe(subscription)) }
    if engine.submit(.subscribe(subscription)) != nil { continuation.finish() }
    return stream
  }

  /// The same without a stream, for what is heard with each request: a stream's element costs what some statements do.
  /// Returns when its task is cancelled or the client stops.
  ///
  /// - Parameter hear: called on the I/O thread, so that it must not wait and has to be short.
  package func listen(on channel: String, _ hear: @escaping @Sendable (PostgresNotification) -> Void) async {
    let (end, continuation) = AsyncStream.makeStream(of: Never.self)
    let subscription = ListenSubscription(channel: channel, hear: hear) { continuation.finish() }
    guard engine.submit(.subscribe(subscription)) == nil else { return }
    for await _ in end {}
    _ = engine.submit(.unsubscribe(subscription))
  }
}
