import Synchronization

/// The event types that were asked for lately, ready to compute with. News of changes come by NOTIFY, this process's own
/// at once; while they are known to arrive an entry is kept for long, and otherwise for a second, as is what depends
/// on things whose changes no news name it for.
final class EventTypeCatalog: Sendable {
  /// Real time, also under the test clock: an answer shows a change within two seconds.
  private static let life = Duration.seconds(1)
  /// While news arrive. Reading an event type anew each second was two statements for each fifth booking.
  private static let longLife = Duration.seconds(10)
  /// How long one word is proof that the next one would arrive too.
  private static let proof = Duration.milliseconds(1500)
  private static let most = 4096

  private struct Entry {
    var bookable: BookableEventType
    var readAt: ContinuousClock.Instant
  }

  private struct State {
    var entries: [EventTypeReference: Entry] = [:]
    /// Counts changes, so that what was read before one is not kept after it.
    var changes = 0
    /// Until when news are taken to arrive.
    var hearsUntil: ContinuousClock.Instant?
    var wasAsked = false

    func isHearing(_ now: ContinuousClock.Instant) -> Bool { hearsUntil.map { now < $0 } ?? false }

    func entry(_ reference: EventTypeReference, now: ContinuousClock.Instant) -> Entry? {
      guard let entry = entries[reference] else { return nil }
      let isTold = isHearing(now) && entry.bookable.isToldOfChanges && !reference.goesByMembership
      let life = isTold ? EventTypeCatalog.longLife : EventTypeCatalog.life
      return now < entry.readAt + life ? entry : nil
    }
  }

  private let store: EventTypeCatalogStore
  private let state = Mutex(State())

  init(store: EventTypeCatalogStore) { self.store = store }

  func eventType(_ reference: EventTypeReference) async throws -> BookableEventType? {
    let now = ContinuousClock.now
    let (known, changes) = state.withLock { state in
      state.wasAsked = true
      return (state.entry(reference, now: now), state.changes)
    }
    if let known { return known.bookable }
    guard let bookable = try await store.eventType(reference) else { return nil }
    state.withLock { state in
      guard state.changes == changes else { return }
      if state.entries.count >= Self.most { state.entries.removeAll(keepingCapacity: true) }
      state.entries[reference] = Entry(bookable: bookable, readAt: now)
    }
    return bookable
  }

  // MARK: News

  /// Whether changes that others make are known to be told here.
  var isHearing: Bool { state.withLock { $0.isHearing(.now) } }

  /// Somebody's word came through, so what was said before it came too.
  func heard() {
    state.withLock { $0.hearsUntil = .now + Self.proof }
  }

  /// Whether anything was asked for since the last call: only then it is worth knowing whether news arrive.
  func takeWasAsked() -> Bool {
    state.withLock { state in
      defer { state.wasAsked = false }
      return state.wasAsked
    }
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

  /// News may have been missed.
  func forgetAll() {
    forget { _ in true }
  }

  private func forget(_ isConcerned: (BookableEventType) -> Bool) {
    state.withLock { state in
      state.changes += 1
      state.entries = state.entries.filter { !isConcerned($0.value.bookable) }
    }
  }
}

extension EventTypeReference {
  /// Whether it finds something or nothing as people come and go, which no news of the event type tell.
  fileprivate var goesByMembership: Bool {
    switch self {
    case .group: true
    case .slug(_, username: _, organization: let organization): organization != nil
    case .id, .teamSlug, .unknown: false
    }
  }
}

extension BookableEventType {
  /// Whether every change of what it is made of is told by its own name, its hosts' or its business's: not that of a
  /// team's pattern behind it, or of a schedule that may be somebody else's.
  fileprivate var isToldOfChanges: Bool {
    type.parentID == nil && (type.schedulingType == nil || type.scheduleID == nil)
  }
}
