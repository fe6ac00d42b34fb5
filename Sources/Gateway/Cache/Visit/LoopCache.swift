import HTTPWire
import NIOCore
import Telemetry

/// The cache as one event loop uses it: looks requests up. What comes of asking the upstream goes to `intake`.
final class LoopCache {
  let store: ResponseCache
  let crowds: CacheCrowds
  let intake: CacheIntake
  private let metrics: CacheMetrics
  /// The key of the request that is being looked up.
  private var key: [UInt8] = []

  init(_ store: ResponseCache, _ registry: MetricsRegistry, dateLine: @escaping () -> [UInt8]) {
    self.store = store
    metrics = CacheMetrics(registry)
    crowds = CacheCrowds(store)
    intake = CacheIntake(store, crowds, metrics, dateLine: dateLine)
  }

  /// - Parameters:
  ///   - exchange: who would wait.
  ///   - outcome: of the crowd that the request has waited with; nil when it has just come.
  ///   - now: milliseconds since 1970.
  func look(
    _ request: borrowing RequestHead, in bytes: Span<UInt8>, _ circumstances: CacheCircumstances,
    for exchange: Exchange, after outcome: CrowdTable.Outcome? = nil, now: Int
  ) -> CacheLookup {
    let wishes =
      circumstances.settings.heedsRequests ? Self.wishes(request.fields, in: bytes) : nil
    guard !Self.isBeyond(request), store.purges.hearsPurges, wishes?.flags.contains(.noStore) != true,
      CacheKey.write(request, in: bytes, isSecure: circumstances.isSecure, into: &key)
    else { return pass(wishes?.flags.contains(.noStore) == true ? .request : .bypass, circumstances) }
    let written = key
    let hash = store.hash(written.span)
    while true {
      let variants = circumstances.isIdentified ? nil : store.find(hash)
      let entry = select(variants, request, in: bytes)
      if let entry,
        let answer = use(entry, request, in: bytes, circumstances, wishes, after: outcome, now: now)
      {
        return answer
      }
      if wishes?.flags.contains(.onlyIfCached) == true { return .onlyIfCached }
      // What HEAD or a range would bring is not the whole that could be stored.
      if request.method == .head || entry == nil && request.fields.contains(.range) {
        return pass(reason(entry, variants, circumstances, now: now), circumstances, besides: entry)
      }
      let visit = CacheVisit(reason(entry, variants, circumstances, now: now), circumstances)
      visit.request.writeSpan(bytes.extracting(request.start..<request.length))
      (visit.key, visit.hash, visit.entry) = (key, hash, entry)
      visit.place = CacheCrowds.place(hash, variants, request, in: bytes)
      visit.validates = entry?.validators.isEmpty == false
      // What is for one client alone is asked for with his own conditions.
      visit.keepsConditions = !circumstances.isIdentified
      if circumstances.isIdentified || outcome == .alone || outcome == .failed { return ask(visit) }
      switch crowds.board(visit, seen: variants?.newest, for: exchange, now: now) {
      case .asks: return ask(visit)
      case .waits: return .wait(visit)
      case .looksAgain: break
      }
    }
  }

  private func ask(_ visit: CacheVisit) -> CacheLookup {
    metrics.count(.miss)
    return .ask(visit)
  }

  /// The upstream is asked, and nothing is stored.
  ///
  /// - Parameter entry: what is stored, which the answer may turn out to contradict.
  private func pass(
    _ reason: CacheVisit.Reason, _ circumstances: CacheCircumstances, besides entry: CacheEntry? = nil
  ) -> CacheLookup {
    metrics.count(.bypass)
    let visit = CacheVisit(reason, circumstances)
    visit.entry = entry
    return .ask(visit)
  }

  /// Why the upstream is asked (RFC 9211, section 2.2).
  private func reason(
    _ entry: CacheEntry?, _ variants: CacheVariants?, _ circumstances: CacheCircumstances, now: Int
  ) -> CacheVisit.Reason {
    if circumstances.isIdentified { return .bypass }
    guard let entry else { return variants == nil ? .noKey : .noVariant }
    return entry.freshness.isFresh(at: now) && !entry.freshness.isAlwaysValidated ? .request : .stale
  }

  /// What no cache decides about: conditions on changing something, and bodies, which are in no key.
  private static func isBeyond(_ request: borrowing RequestHead) -> Bool {
    request.framing != .none || request.fields.contains(.ifMatch)
      || request.fields.contains(.ifUnmodifiedSince)
  }

  /// Pragma counts where there is no Cache-Control (RFC 9111, section 5.4).
  private static func wishes(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) -> CacheDirectives? {
    if fields.contains(.cacheControl) { return CacheDirectives(fields, in: bytes) }
    guard let pragma = fields.value(.pragma), bytes.equalsIgnoringCase("no-cache", at: pragma) else {
      return nil
    }
    var wishes = CacheDirectives()
    wishes.flags.insert(.noCache)
    return wishes
  }

  /// The newest variant that fits. What has been purged is thrown out on the way.
  private func select(
    _ variants: CacheVariants?, _ request: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> CacheEntry? {
    guard let variants else { return nil }
    if fits(variants.newest, request, in: bytes) { return variants.newest }
    for entry in variants.older where fits(entry, request, in: bytes) { return entry }
    return nil
  }

  private func fits(_ entry: CacheEntry, _ request: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
    guard entry.key == key else { return false }
    guard entry.isCurrent(store.purges) else {
      store.remove(entry)
      return false
    }
    return entry.vary.members.isEmpty || entry.vary.matches(request.fields, in: bytes)
  }

  /// Nil when the upstream has to be asked first.
  private func use(
    _ entry: CacheEntry, _ request: borrowing RequestHead, in bytes: Span<UInt8>,
    _ circumstances: CacheCircumstances,
    _ wishes: CacheDirectives?, after outcome: CrowdTable.Outcome?, now: Int
  ) -> CacheLookup? {
    switch ReuseRule(entry.freshness, request: wishes, now: now) {
    case .fresh, .stale:
      let isHit = outcome == nil
      metrics.count(isHit ? (entry.freshness.isFresh(at: now) ? .hit : .stale) : .collapsed)
      return .answer(
        entry.answer(to: request, in: bytes), CacheStamp(isHit ? .hit : .collapsed, entry.freshness, at: now))
    case .staleWhileRevalidate:
      metrics.count(.stale)
      return .stale(
        entry.answer(to: request, in: bytes), CacheStamp(.refreshing, entry.freshness, at: now),
        refresh: refresh(entry, request, in: bytes, circumstances, now: now))
    case .validate:
      // What the leader was told while this request waited is as new as anything can be.
      if outcome == .stored, now - entry.freshness.arrival < 1_000 {
        metrics.count(.collapsed)
        return .answer(entry.answer(to: request, in: bytes), CacheStamp(.collapsed, entry.freshness, at: now))
      }
      guard outcome == .failed, entry.mayReplaceError(circumstances, store.purges, now: now) else {
        return nil
      }
      metrics.count(.stale)
      return .answer(
        entry.answer(to: request, in: bytes), CacheStamp(.insteadOfError, entry.freshness, at: now))
    }
  }

  /// A visit that brings a stale entry up to date; nil when somebody does so already.
  private func refresh(
    _ entry: CacheEntry, _ request: borrowing RequestHead, in bytes: Span<UInt8>,
    _ circumstances: CacheCircumstances, now: Int
  ) -> CacheVisit? {
    guard !circumstances.isIdentified, request.method == .get else { return nil }
    let visit = CacheVisit(.stale, circumstances)
    visit.request.writeSpan(bytes.extracting(request.start..<request.length))
    (visit.key, visit.hash, visit.entry) = (key, entry.hash, entry)
    visit.place = entry.vary.hash(into: entry.hash)
    visit.validates = !entry.validators.isEmpty
    return crowds.leadsRefresh(visit, now: now) ? visit : nil
  }
}
