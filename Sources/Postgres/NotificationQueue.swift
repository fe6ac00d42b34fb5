import Synchronization

/// Notifications that wait to leave together: each NOTIFY is a transaction with a lock that all of the server share, so
/// many of one moment go as one statement, and the same one goes once.
final class NotificationQueue: Sendable {
  struct Item: Hashable, Sendable {
    let channel: String
    let payload: String
  }

  private struct State {
    var waiting: [Item] = []
    var known: Set<Item> = []
    /// Whether somebody is going to take them.
    var isScheduled = false
    var lastSent: ContinuousClock.Instant?
  }

  /// Nobody is told later than this because of others.
  private static let interval = Duration.milliseconds(20)
  private static let most = 4096

  private let state = Mutex(State())
  private let send: @Sendable ([Item]) -> Void

  init(send: @escaping @Sendable ([Item]) -> Void) { self.send = send }

  /// The first after a pause leaves at once.
  func add(_ item: Item) {
    enum Turn { case now, later(Duration), taken }
    let turn = state.withLock { state -> Turn in
      if state.known.insert(item).inserted { state.waiting.append(item) }
      if state.waiting.count >= Self.most { return .now }
      if state.isScheduled { return .taken }
      let wait = state.lastSent.map { Self.interval - $0.duration(to: .now) } ?? .zero
      if wait <= .zero { return .now }
      state.isScheduled = true
      return .later(wait)
    }
    switch turn {
    case .taken: return
    case .now: flush()
    case .later(let wait):
      Task {
        try? await Task.sleep(for: wait)
        flush()
      }
    }
  }

  func flush() {
    let items = state.withLock { state -> [Item] in
      defer { state.waiting = [] }
      state.known.removeAll(keepingCapacity: true)
      state.isScheduled = false
      state.lastSent = .now
      return state.waiting
    }
    if !items.isEmpty { send(items) }
  }
}
