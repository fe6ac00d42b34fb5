/// What operators want to know of the client; reported from its event loop, so do not block.
package enum RedisEvent: Sendable, Equatable {
  package enum Connection: String, Sendable { case commands, subscriptions }

  case connected(Connection)
  /// An attempt failed; the next one comes after the delay.
  case connectFailed(Connection, RedisError, retryAfter: Duration)
  case disconnected(Connection, RedisError, retryAfter: Duration)
  /// So many commands had no reply in time.
  case timedOut(commands: Int)
}
