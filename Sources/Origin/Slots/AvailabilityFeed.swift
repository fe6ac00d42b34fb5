import Postgres
import Scheduling
import Secrets
import ServiceLifecycle
import Synchronization

/// Tells every watcher of an event type, in this process, when its slots may have changed, whichever process
/// changed them: news travels through Postgres NOTIFY.
final class AvailabilityFeed: Service {
  /// What a watcher hears.
  enum News: Sendable, Equatable {
    /// The UTC dates that changed; empty means any. The id is one of this process.
    case changed(dates: [String], id: String)
    /// Nothing happened for a while; keeps the connection alive.
    case quiet
  }

  private struct Watcher {
    var bookable: BookableEventType
    var continuation: AsyncStream<News>.Continuation
  }

  private struct State {
    var watchers: [Int: Watcher] = [:]
    var nextID = 0
    var changes = 0
  }

  private let postgres: PostgresClient
  private let catalog: EventTypeCatalog
  private let state = Mutex(State())
  /// What watchers are to be told; nil is that anything may have changed.
  private let heard = AsyncStream.makeStream(
    of: AvailabilityChange?.self, bufferingPolicy: .bufferingNewest(1024))
  /// Tells the ids of this process from those of others.
  private let name = SecureRandom.string(length: 8)

  init(postgres: PostgresClient, catalog: EventTypeCatalog) {
    self.postgres = postgres
    self.catalog = catalog
  }

  // MARK: Telling

  func hostChanged(_ id: Int, from: Instant? = nil, to: Instant? = nil) {
    tell(.host(id, from: from, to: to))
  }

  func eventTypeChanged(_ id: Int) { tell(.eventType(id)) }

  func businessChanged(_ id: Int) { tell(.business(id)) }

  /// After the commit and without waiting: who misses it is told "slot taken" when he books.
  private func tell(_ change: AvailabilityChange) {
    catalog.forget(change)
    postgres.notify(AvailabilityChange.channel, change.payload)
  }

  // MARK: Watching

  /// News for one client. A slow one keeps the last 16 and loses the rest, which only costs it a re-read.
  func watch(_ bookable: BookableEventType) -> AsyncStream<News> {
    let (stream, continuation) = AsyncStream.makeStream(of: News.self, bufferingPolicy: .bufferingNewest(16))
    let id = state.withLock { state in
      state.nextID += 1
      state.watchers[state.nextID] = Watcher(bookable: bookable, continuation: continuation)
      return state.nextID
    }
    continuation.onTermination = { [weak self] _ in
      _ = self?.state.withLock { $0.watchers.removeValue(forKey: id) }
    }
    return stream
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.postgres.listen(on: AvailabilityChange.channel) { self.hear($0) } }
        group.addTask { await self.spread() }
        group.addTask { await self.keepAlive() }
        group.addTask { await self.proveHearing() }
      }
    }
  }

  /// On the thread of the connections: what is wrong now is forgotten at once, and watchers are told by a task.
  private func hear(_ notification: PostgresNotification) {
    switch notification {
    case .message(let payload):
      catalog.heard()
      guard let change = AvailabilityChange(payload: payload) else { return }
      catalog.forget(change)
      if state.withLock({ !$0.watchers.isEmpty }) { pass(change) }
    case .resumed:
      // Something may have been said while nobody listened: let everyone look again.
      catalog.forgetAll()
      pass(nil)
    }
  }

  private func pass(_ change: AvailabilityChange?) {
    // Of what is dropped the watchers hear as of what nobody knows.
    if case .dropped = heard.continuation.yield(change) { heard.continuation.yield(nil) }
  }

  private func spread() async {
    for await change in heard.stream {
      if let change { spread(change) } else { yield(changed(dates: [])) { _ in true } }
    }
  }

  private func keepAlive() async {
    while (try? await Task.sleep(for: .seconds(15))) != nil { yield(.quiet) { _ in true } }
  }

  /// Says something while the catalog is asked: what comes back proves that changes would come too.
  private func proveHearing() async {
    while (try? await Task.sleep(for: .milliseconds(500))) != nil {
      if catalog.takeWasAsked() { postgres.notify(AvailabilityChange.channel, AvailabilityChange.nothing) }
    }
  }

  private func spread(_ change: AvailabilityChange) {
    yield(changed(dates: change.dates)) { watcher in
      switch change {
      case .host(let id, _, _): watcher.bookable.hosts.contains { $0.person.id == id }
      case .eventType(let id): watcher.bookable.type.id == id
      case .business(let id): watcher.bookable.type.businessID == id
      }
    }
  }

  /// The first word for somebody who comes back: he may have missed something, on any date.
  func changed(dates: [String]) -> News {
    let number = state.withLock { state in
      state.changes += 1
      return state.changes
    }
    return .changed(dates: dates, id: "\(name)-\(number)")
  }

  private func yield(_ news: News, to wanted: (Watcher) -> Bool) {
    let continuations = state.withLock { state in
      state.watchers.values.filter(wanted).map(\.continuation)
    }
    for continuation in continuations { continuation.yield(news) }
  }
}
