/// What a listener on a channel hears.
package enum RedisMessage: Sendable, Equatable {
  /// From here on nothing that is published is missed. Comes once when the subscription stands, again after
  /// every reconnection, and when this listener was too slow and lost messages: look at the state itself.
  case resumed
  case published([UInt8])
}
