import Synchronization

/// The sockets that are listened on at present, for who is outside of the set. Any thread.
final class PublishedSockets: Sendable {
  private let list = Mutex<[ListeningSocket]>([])

  var sockets: [ListeningSocket] { list.withLock { $0 } }

  func use(_ sockets: [ListeningSocket]) { list.withLock { $0 = sockets } }
}
