/// One stream of messages.
final class Listener: Sendable {
  let channel: String
  private let continuation: AsyncStream<RedisMessage>.Continuation

  init(channel: String, _ continuation: AsyncStream<RedisMessage>.Continuation) {
    self.channel = channel
    self.continuation = continuation
  }

  /// A full buffer loses its oldest messages; `.resumed` tells the listener to look for itself.
  func hear(_ message: RedisMessage) {
    if case .dropped = continuation.yield(message) { continuation.yield(.resumed) }
  }

  func finish() {
    continuation.finish()
  }
}
