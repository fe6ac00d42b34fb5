internal import NIOCore

/// Who speaks over a link. Everything is called on the link's event loop.
protocol LinkUser: AnyObject, Sendable {
  /// The greeting is answered: write now.
  func linkOpened()
  /// A reply came; an error closes the link.
  func linkReceived(_ reply: RESPValue) throws(RedisError)
  /// An open link is gone; what was written may have had its effect.
  func linkLost(_ error: RedisError)
}
