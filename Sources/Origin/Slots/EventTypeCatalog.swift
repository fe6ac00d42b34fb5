import Synchronization

/// The event types that were asked for lately, ready to compute with. What is in here is at most a second old, and
/// what this process hears of a change it forgets at once.
final class EventTypeCatalog: Sendable {
  /// Real time, also under the test clock: an answer shows a change within two seconds.
  private static let life = Duration.seconds(1)
  private static let most = 4096

  private struct Entry {
    var bookable: BookableEventType
    var until: ContinuousClock.Instant
  }

  private struct State {
    var entries: [EventTypeReference: Entry] = [:]
    /// Counts changes, so that what was read before one is not kept after it.
    var changes = 0
  }

  private let store: EventTypeCatalogStore
  private let state = Mutex(State())

  init(store: EventTypeCatalogStore) { self.store = store }

  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType? {
    let now = ContinuousClock.now
    let (known, changes) = state.withLock { state in (state.entries[reference], state.changes) }
    if let known, known.until > now { return known.bookable }
    guard let bookable = try await store.eventType(reference) else { return nil }
    state.withLock { state in
      guard state.changes == changes else { return }
      if state.entries.count >= Self.most { state.entries.removeAll(keepingCapacity: true) }
      let entry = Entry(bookable: bookable, until: now + Self.life)
      state.entries[reference] = entry
    }
    return bookable
  }

  /// What a change makes wrong. Busy times are not in here, so bookings change nothing.
  func forget(_ change: AvailabilityChange) {
    switch change {
    case .host(_, from: _?, to: _?): return
    case .host(let id, _, _): forget { $0.hosts.contains { $0.person.id == id } }
    case .eventType(let id): forget { $0.type.id == id }
    case .business(let id): forget { $0.type.businessID == id }
    }
  }

  private func forget(_ isConcerned: (BookableEventType) -> Bool) {
    state.withLock { state in
      state.changes += 1
      state.entries = state.entries.filter { !isConcerned($0.value.bookable) }
    }
  }
}
