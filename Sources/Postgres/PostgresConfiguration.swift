/// How a ``PostgresClient`` connects, and where its bounds are.
package struct PostgresConfiguration: Sendable {
  /// `postgres://user:password@host:port/database?options` or libpq's `key=value` form.
  package var url: String
  /// Connections that share independent statements in batches.
  package var connections: Int
  /// Connections that transactions take for themselves; opened when first needed.
  package var transactionConnections: Int
  /// Most statements under way on one shared connection; more wait in the queue.
  package var statementsInFlight: Int
  /// Most statements waiting for a connection; more are refused with `.queueFull`.
  package var queueLimit: Int
  /// Most transactions waiting for a connection; more are refused with `.queueFull`.
  package var transactionQueueLimit: Int
  /// From the call to the answer, waiting included. The server itself gives up after this time too.
  package var statementTimeout: Duration
  /// How long a transaction waits for a connection.
  package var acquireTimeout: Duration
  /// How long one attempt to connect may take (libpq counts in whole seconds, two at least).
  package var connectTimeout: Duration
  /// The server ends a transaction that stays idle this long, so that a lost caller holds no locks.
  package var idleInTransactionTimeout: Duration
  /// How long a graceful stop waits for what is queued.
  package var shutdownTimeout: Duration
  /// Seen in `pg_stat_activity`.
  package var applicationName: String

  /// Everything but the address has a default that suits one small machine.
  package init(
    url: String, connections: Int = 4, transactionConnections: Int = 4, statementsInFlight: Int = 32,
    queueLimit: Int = 4096, transactionQueueLimit: Int = 256, statementTimeout: Duration = .seconds(10),
    acquireTimeout: Duration = .seconds(5), connectTimeout: Duration = .seconds(5),
    idleInTransactionTimeout: Duration = .seconds(60), shutdownTimeout: Duration = .seconds(20),
    applicationName: String = "daybook"
  ) {
    self.url = url
    self.connections = connections
    self.transactionConnections = transactionConnections
    self.statementsInFlight = statementsInFlight
    self.queueLimit = queueLimit
    self.transactionQueueLimit = transactionQueueLimit
    self.statementTimeout = statementTimeout
    self.acquireTimeout = acquireTimeout
    self.connectTimeout = connectTimeout
    self.idleInTransactionTimeout = idleInTransactionTimeout
    self.shutdownTimeout = shutdownTimeout
    self.applicationName = applicationName
  }
}
