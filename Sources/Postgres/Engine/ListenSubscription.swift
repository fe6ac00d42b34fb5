/// One stream of notifications. `hasLost` belongs to the I/O thread.
final class ListenSubscription: Sendable {
  let channel: String
  private let continuation: AsyncStream<PostgresNotification>.Continuation

  init(channel: String, continuation: AsyncStream<PostgresNotification>.Continuation) {
    self.channel = channel
    self.continuation = continuation
  }

  func resumed() { continuation.yield(.resumed) }

  /// The buffer drops its oldest when it is full; the marker behind them tells the listener to look again.
  func deliver(_ payload: String) {
    if case .dropped = continuation.yield(.message(payload)) { continuation.yield(.resumed) }
  }

  func finish() { continuation.finish() }
}
