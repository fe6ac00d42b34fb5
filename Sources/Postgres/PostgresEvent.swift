/// What a client has to say about itself; metrics and logs decide what to show.
///
/// Called on the client's own thread: an observer returns at once and never waits.
package enum PostgresEvent: Sendable {
  /// What a connection is for.
  package enum Role: String, Sendable {
    case shared, transaction, listen
  }

  /// A connection is ready.
  case connected(Role)
  /// An attempt to connect failed; the next one comes after the delay.
  case connectFailed(Role, reason: String, retryIn: Duration)
  /// A connection was lost with that many statements under way.
  case disconnected(Role, reason: String, statementsLost: Int)
  /// A statement or transaction was refused because too many wait.
  case queueFull
  /// A statement or the wait for a connection timed out.
  case timedOut
  /// A statement is prepared again: the server did not know it, or its result type changed.
  case reprepared(sql: String)
}
