import Synchronization

/// The present facts of a listener, exchanged when the configuration is loaded again. Asked once per connection.
final class ListenerBox: Sendable {
  private let box: Mutex<ListenerFacts>

  init(_ facts: ListenerFacts) { box = Mutex(facts) }

  var facts: ListenerFacts { box.withLock { $0 } }

  func use(_ facts: ListenerFacts) { box.withLock { $0 = facts } }
}
