/// One who listens. Both are called on the I/O thread.
final class ListenSubscription: Sendable {
  let channel: String
  let hear: @Sendable (PostgresNotification) -> Void
  /// Nothing more will come.
  let finish: @Sendable () -> Void

  init(
    channel: String, hear: @escaping @Sendable (PostgresNotification) -> Void,
    finish: @escaping @Sendable () -> Void
  ) {
    self.channel = channel
    self.hear = hear
    self.finish = finish
  }
}
