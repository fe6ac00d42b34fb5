import ServiceLifecycle

/// A client of one database: independent statements of all tasks share a few pipelined connections, a
/// transaction takes one for itself.
///
/// Usable from any task as soon as it is made; connects when there is something to send. Runs as a service
/// so that a graceful stop finishes what is queued; list it before the services that use it.
package final class PostgresClient: Sendable, Service {
  package let configuration: PostgresConfiguration

  /// The observer is called on the client's own thread.
  package init(
    configuration: PostgresConfiguration, observer: (@Sendable (PostgresEvent) -> Void)? = nil
  ) {
    self.configuration = configuration
  }

  /// Waits for the graceful stop, then finishes what is queued and closes.
  package func run() async throws {
    try? await gracefulShutdown()
    await shutdown()
  }

  /// Refuses new statements, finishes those queued within `shutdownTimeout` and closes every connection.
  package func shutdown() async {}

  /// Runs one statement as a transaction of its own and gives its rows.
  ///
  /// Errors say in `outcome` whether the statement may have happened.
  package func query(
    _ statement: Statement, _ parameters: any PostgresEncodable...
  ) async throws(PostgresError) -> PostgresRows {
    _ = try PostgresParameters(parameters)
    throw PostgresError(.connection("not built yet"), outcome: .notSent)
  }

  /// Runs `body` in a transaction on a connection of its own: COMMIT when it returns, ROLLBACK when it throws.
  ///
  /// Throws what `body` throws, or a ``PostgresError`` when no connection came in time or COMMIT failed; a
  /// COMMIT whose answer was lost has outcome `.unknown`.
  package func transaction<R: Sendable>(
    isolation: PostgresIsolation = .readCommitted, _ body: (PostgresTransaction) async throws -> R
  ) async throws -> R {
    throw PostgresError(.connection("not built yet"), outcome: .notSent)
  }

  /// Sends a NOTIFY with whatever leaves next; nobody waits for it and a failure is only observed.
  package func notify(_ channel: String, _ payload: String) {}

  /// Listens on a channel, over one connection for all channels. See ``PostgresNotification/resumed``.
  package func notifications(on channel: String) -> AsyncStream<PostgresNotification> {
    AsyncStream { $0.finish() }
  }
}
