/// What other threads ask of the I/O thread.
enum EngineCommand: Sendable {
  case statement(StatementRequest)
  case acquire(TransactionRequest)
  /// Gives a connection back; a transaction still open on it is rolled back first.
  case release(TransactionLease)
  case subscribe(ListenSubscription)
  case unsubscribe(ListenSubscription)
  /// An attempt to connect has ended.
  case connected(LinkID, Result<LibpqConnection, ConnectFailure>)
  /// Requests that were waiting have been cancelled: drop them from the queues.
  case purge
  /// Finish what is queued until the deadline, then close and leave.
  case stop(deadline: Int64)
}

/// Names one attempt to connect one link, so that a late answer is not taken for the next one's.
struct LinkID: Sendable, Equatable {
  let role: PostgresEvent.Role
  let slot: Int
  let attempt: Int
}

/// Why an attempt to connect failed.
struct ConnectFailure: Error, Sendable {
  let reason: String
}
