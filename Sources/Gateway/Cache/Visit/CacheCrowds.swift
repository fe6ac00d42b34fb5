import HTTPWire
import NIOCore

/// The crowds of the store as one event loop joins and leaves them: one of many requests for the same thing asks, and
/// the others wait for what it brings.
struct CacheCrowds {
  /// What a request does that has found nothing it may use.
  enum Boarding { case asks, waits, looksAgain }

  private let store: ResponseCache

  init(_ store: ResponseCache) { self.store = store }

  /// Where the request's crowd is: with a variant, as far as it is known what the answers vary by.
  static func place(
    _ hash: UInt64, _ variants: CacheVariants?, _ request: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> UInt64 {
    guard let names = variants?.newest.vary.names, !names.isEmpty else { return hash }
    return VarySelection(names, of: request.fields, in: bytes).hash(into: hash)
  }

  /// - Parameter seen: the newest entry that was looked at; when another was stored meanwhile, the request has to look
  ///   again.
  func board(_ visit: CacheVisit, seen: CacheEntry?, for exchange: Exchange, now: Int) -> Boarding {
    let waiter = CrowdTable.Waiter(
      exchange: NIOLoopBound(exchange, eventLoop: exchange.loop.eventLoop), generation: exchange.generation)
    switch store.board(visit.place, key: visit.hash, seen: seen, waiter: waiter, now: now) {
    case .leads(let ticket)?:
      visit.ticket = ticket
      return .asks
    case .waits(let ticket)?:
      visit.ticket = ticket
      visit.isWaiting = true
      return .waits
    case .alone?:
      // Nothing that could be shared comes of it: then the client's own conditions may save the body.
      visit.keepsConditions = visit.entry != nil
      return .asks
    case nil: return .looksAgain
    }
  }

  /// Whether the visit is the one that brings its stale entry up to date; false when somebody does so already.
  func leadsRefresh(_ visit: CacheVisit, now: Int) -> Bool {
    guard let newest = store.find(visit.hash)?.newest,
      case .leads(let ticket)? = store.board(
        visit.place, key: visit.hash, seen: newest, waiter: nil, now: now)
    else { return false }
    visit.ticket = ticket
    return true
  }

  /// The answer is for this request alone: who waits goes on by himself, at once.
  func goAlone(_ visit: CacheVisit, now: Int) {
    guard visit.ticket != nil else { return }
    if !visit.circumstances.hasCredentials { store.goAlone(visit.place, key: visit.hash, now: now) }
    visit.outcome = .alone
    close(visit)
  }

  /// The visit is over, or its crowd need not wait for the rest.
  func close(_ visit: CacheVisit) {
    visit.giveUpFill(in: store)
    guard let ticket = visit.ticket else { return }
    visit.ticket = nil
    if visit.isWaiting {
      store.leave(ticket, key: visit.hash)
    } else {
      store.land(ticket, key: visit.hash, visit.outcome)
    }
  }
}
