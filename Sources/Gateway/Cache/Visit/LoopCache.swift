import HTTPWire
import NIOCore
import Telemetry

/// The cache as one event loop uses it: looks requests up, and takes answers in.
final class LoopCache {
  let store: ResponseCache
  private let metrics: CacheMetrics
  private let dateLine: () -> [UInt8]
  /// The key of the request that is being looked up.
  private var key: [UInt8] = []

  init(_ store: ResponseCache, _ registry: MetricsRegistry, dateLine: @escaping () -> [UInt8]) {
    self.store = store
    self.dateLine = dateLine
    metrics = CacheMetrics(registry)
  }

  // MARK: Looking up

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
        return pass(entry == nil ? .noKey : .stale, circumstances)
      }
      let visit = CacheVisit(entry != nil ? .stale : variants == nil ? .noKey : .noVariant, circumstances)
      visit.request.writeSpan(bytes.extracting(request.start..<request.length))
      (visit.key, visit.hash, visit.entry) = (key, hash, entry)
      visit.place = place(hash, variants, request, in: bytes)
      visit.validates = entry?.validators.isEmpty == false
      if circumstances.isIdentified || outcome == .alone || outcome == .failed { return ask(visit) }
      if let lookup = board(visit, seen: variants?.newest, for: exchange, now: now) { return lookup }
    }
  }

  private func ask(_ visit: CacheVisit) -> CacheLookup {
    metrics.count(.miss)
    return .ask(visit)
  }

  /// The upstream is asked, and nothing is stored.
  private func pass(_ reason: CacheVisit.Reason, _ circumstances: CacheCircumstances) -> CacheLookup {
    metrics.count(.bypass)
    return .ask(CacheVisit(reason, circumstances))
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
      guard outcome == .failed, mayReplaceError(entry, circumstances, now: now) else { return nil }
      metrics.count(.stale)
      return .answer(
        entry.answer(to: request, in: bytes), CacheStamp(.insteadOfError, entry.freshness, at: now))
    }
  }

  private func mayReplaceError(_ entry: CacheEntry, _ circumstances: CacheCircumstances, now: Int) -> Bool {
    entry.freshness.mayReplaceError(at: now, allowance: circumstances.settings.staleIfErrorSeconds)
      && entry.isCurrent(store.purges)
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
    guard let newest = store.find(entry.hash)?.newest,
      case .leads(let ticket)? = store.board(
        visit.place, key: entry.hash, seen: newest, waiter: nil, now: now)
    else { return nil }
    visit.ticket = ticket
    return visit
  }

  /// Where the request's crowd is: with a variant, as far as it is known what the answers vary by.
  private func place(
    _ hash: UInt64, _ variants: CacheVariants?, _ request: borrowing RequestHead, in bytes: Span<UInt8>
  ) -> UInt64 {
    guard let names = variants?.newest.vary.names, !names.isEmpty else { return hash }
    return VarySelection(names, of: request.fields, in: bytes).hash(into: hash)
  }

  /// Nil when something was stored meanwhile, so that the request has to look again.
  private func board(
    _ visit: CacheVisit, seen: CacheEntry?, for exchange: Exchange, now: Int
  ) -> CacheLookup? {
    let waiter = CrowdTable.Waiter(
      exchange: NIOLoopBound(exchange, eventLoop: exchange.loop.eventLoop), generation: exchange.generation)
    switch store.board(visit.place, key: visit.hash, seen: seen, waiter: waiter, now: now) {
    case .leads(let ticket)?:
      visit.ticket = ticket
      return ask(visit)
    case .waits(let ticket)?:
      visit.ticket = ticket
      visit.isWaiting = true
      return .wait(visit)
    case .alone?: return ask(visit)
    case nil: return nil
    }
  }

  // MARK: Taking in

  /// The request leaves now. What asks about the stored answer is appended to its head.
  func leaves(_ visit: CacheVisit, head: inout ByteBuffer, now: Int) {
    visit.asked = now
    visit.stamp = store.purges.stamp
    visit.plainLength = head.readableBytes
    guard visit.validates, let validators = visit.entry?.validators else { return }
    head.moveWriterIndex(to: head.writerIndex - 2)
    if !validators.tag.isEmpty {
      head.writeStaticString("If-None-Match: ")
      head.writeBytes(validators.tag)
      head.writeStaticString("\r\n")
    }
    if !validators.modified.isEmpty {
      head.writeStaticString("If-Modified-Since: ")
      head.writeBytes(validators.modified)
      head.writeStaticString("\r\n")
    }
    head.writeStaticString("\r\n")
  }

  /// The upstream's head is here: decides whether it is stored, and whether the client sees it.
  ///
  /// - Parameter request: the client's, read again.
  func heard(
    _ head: borrowing ResponseHead, in bytes: Span<UInt8>, framing: MessageFraming,
    for request: borrowing RequestHead, in requestBytes: Span<UInt8>, _ visit: CacheVisit, now: Int
  ) {
    guard visit.mayStore else { return }
    if head.status == 304, visit.validates, let entry = visit.entry {
      return validated(entry, head, in: bytes, for: request, in: requestBytes, visit, now: now)
    }
    if [500, 502, 503, 504].contains(head.status),
      replaceError(visit, for: request, in: requestBytes, now: now)
    {
      return
    }
    take(head, in: bytes, framing: framing, for: request, in: requestBytes, visit, now: now)
  }

  /// The stored answer in the place of an error, if that is allowed.
  func replaceError(
    _ visit: CacheVisit, for request: borrowing RequestHead, in bytes: Span<UInt8>, now: Int
  ) -> Bool {
    guard let entry = visit.entry, mayReplaceError(entry, visit.circumstances, now: now) else { return false }
    metrics.count(.stale)
    visit.held = .answer(
      entry.answer(to: request, in: bytes), CacheStamp(.insteadOfError, entry.freshness, at: now))
    visit.outcome = .failed
    return true
  }

  /// 304: the stored answer is right, with these fields (RFC 9111, section 4.3.4).
  private func validated(
    _ entry: CacheEntry, _ head: borrowing ResponseHead, in bytes: Span<UInt8>,
    for request: borrowing RequestHead,
    in requestBytes: Span<UInt8>, _ visit: CacheVisit, now: Int
  ) {
    guard entry.validators.mayBeMeant(by: head.fields, in: bytes) else {
      store.remove(entry)
      visit.held = .again
      return
    }
    let circumstances = judgement(visit, now: now)
    let saysMore =
      head.fields.contains(.cacheControl) || head.fields.contains(.cdnCacheControl)
      || head.fields.contains(.expires)
    var freshness = entry.freshness
    var withheld: [[UInt8]] = []
    var isStorable = true
    if saysMore || head.fields.contains(.setCookie) {
      switch StoreRule(head, in: bytes, circumstances, freshening: entry.status) {
      case .store(let new, let names): (freshness, withheld) = (new, names)
      case .refuse: isStorable = false
      }
    }
    freshness.arrival = now
    freshness.initialAge = ResponseDates(head.fields, in: bytes, circumstances).initialAge
    let marks = marks(head.fields, in: bytes, for: request, in: requestBytes, key: entry.key)
    let new = CacheEntry(
      key: entry.key, hash: entry.hash, status: entry.status,
      head: EntryHead.freshen(
        entry.head, by: head, of: bytes, headers: visit.circumstances.headers, withheld: withheld,
        date: dateLine()),
      body: entry.body, freshness: freshness, vary: entry.vary, validators: entry.validators,
      marks: marks.count > 2 ? marks : entry.marks, stamp: visit.stamp)
    metrics.count(.validated)
    if isStorable, new.isCurrent(store.purges) {
      store.insert(new)
      visit.outcome = .stored
    } else {
      // What somebody known was told says nothing about what others may have.
      if !visit.circumstances.hasCredentials { store.remove(entry) }
      if !isStorable { goAlone(visit, now: now) }
    }
    visit.held = .answer(
      new.answer(to: request, in: requestBytes), CacheStamp(.validated, freshness, at: now))
  }

  private func judgement(_ visit: CacheVisit, now: Int) -> StoreRule.Circumstances {
    StoreRule.Circumstances(
      hasCredentials: visit.circumstances.hasCredentials,
      allowsHeuristics: visit.circumstances.settings.allowsHeuristics, asked: visit.asked, arrived: now)
  }

  private func take(
    _ head: borrowing ResponseHead, in bytes: Span<UInt8>, framing: MessageFraming,
    for request: borrowing RequestHead,
    in requestBytes: Span<UInt8>, _ visit: CacheVisit, now: Int
  ) {
    let refusal: StoreRule.Refusal
    switch StoreRule(head, in: bytes, judgement(visit, now: now)) {
    case .refuse(let reason): refusal = reason
    case .store(let freshness, let withheld):
      guard let names = VarySelection.names(head.fields, in: bytes) else {
        refusal = .vary
        break
      }
      let length: Int? = if case .length(let length) = framing { length } else { nil }
      // An answer that ends with its connection may have been cut off (RFC 9112, section 8).
      guard framing != .untilClose, length ?? 0 <= store.configuration.entryBytes, store.reserve(length ?? 0)
      else {
        refusal = .useless
        break
      }
      visit.fill = CacheFill(
        status: head.status,
        head: EntryHead.make(
          head, of: bytes, headers: visit.circumstances.headers, withheld: withheld, date: dateLine()),
        freshness: freshness, vary: VarySelection(names, of: request.fields, in: requestBytes),
        validators: CacheValidators(head.fields, in: bytes, now: now / 1_000),
        marks: marks(head.fields, in: bytes, for: request, in: requestBytes, key: visit.key),
        body: ByteBufferAllocator().buffer(capacity: length ?? 0), reserved: length ?? 0)
      return holdBack(visit, for: request, in: requestBytes, now: now)
    }
    visit.refusal = refusal
    // Something newer than what is stored, which may not be stored itself; an error is no newer version.
    if let entry = visit.entry, head.status < 500 { store.remove(entry) }
    goAlone(visit, now: now)
  }

  /// The client has this version already: a 304 will do, once all is here.
  private func holdBack(
    _ visit: CacheVisit, for request: borrowing RequestHead, in bytes: Span<UInt8>, now: Int
  ) {
    guard let fill = visit.fill, fill.status == 200,
      CacheEntry.isNotModified(fill.validators, request.fields, in: bytes, now: now / 1_000)
    else { return }
    visit.held = .answer(
      LocalAnswer(status: 304, head: CacheEntry.notModified(fill.head)),
      CacheStamp(.fetched, fill.freshness, at: now))
  }

  /// Marks of the path, of the target as a whole, and of the tags that the upstream has given.
  private func marks(
    _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, for request: borrowing RequestHead,
    in requestBytes: Span<UInt8>, key: [UInt8]
  ) -> [PurgeBoard.Mark] {
    var marks = [
      store.purges.mark(path: requestBytes.extracting(request.target.path)), store.purges.mark(tag: key.span),
    ]
    for index in 0..<fields.count where fields[index].name == .cacheTag {
      CacheTags.forEach(fields[index].valueRange, in: bytes) { tag in
        if marks.count < 130 { marks.append(store.purges.mark(tag: tag)) }
      }
    }
    return marks
  }

  /// A piece of the answer's body.
  func collect(_ bytes: ByteBuffer, _ visit: CacheVisit, now: Int) {
    guard let held = visit.fill?.body.readableBytes, let reserved = visit.fill?.reserved else { return }
    let count = held + bytes.readableBytes
    let more = max(0, count - reserved)
    guard count <= store.configuration.entryBytes, store.reserve(more) else {
      giveUp(visit)
      return goAlone(visit, now: now)
    }
    visit.fill?.reserved += more
    visit.fill?.body.writeImmutableBuffer(bytes)
  }

  /// The answer is whole.
  func complete(_ visit: CacheVisit) {
    guard var fill = visit.fill else { return }
    if fill.status != 204 {
      fill.head.writeStaticString("Content-Length: ")
      fill.head.writeString(String(fill.body.readableBytes))
      fill.head.writeStaticString("\r\n")
    }
    let entry = CacheEntry(
      key: visit.key, hash: visit.hash, status: fill.status, head: fill.head, body: fill.body,
      freshness: fill.freshness, vary: fill.vary, validators: fill.validators, marks: fill.marks,
      stamp: visit.stamp)
    if entry.isCurrent(store.purges), store.purges.hearsPurges {
      store.insert(entry)
      store.share(visit.place, key: visit.hash)
      metrics.countStored()
      visit.outcome = .stored
    }
    giveUp(visit)
  }

  private func giveUp(_ visit: CacheVisit) {
    if let fill = visit.fill { store.release(fill.reserved) }
    visit.fill = nil
  }

  /// The answer is for this request alone: who waits goes on by himself, at once.
  private func goAlone(_ visit: CacheVisit, now: Int) {
    guard visit.ticket != nil else { return }
    if !visit.circumstances.hasCredentials { store.goAlone(visit.place, key: visit.hash, now: now) }
    visit.outcome = .alone
    close(visit)
  }

  /// The visit is over, or its crowd need not wait for the rest.
  func close(_ visit: CacheVisit) {
    giveUp(visit)
    guard let ticket = visit.ticket else { return }
    visit.ticket = nil
    if visit.isWaiting {
      store.leave(ticket, key: visit.hash)
    } else {
      store.land(ticket, key: visit.hash, visit.outcome)
    }
  }

  // MARK: Invalidation

  /// A request changed something: what is stored under its target, and under the targets on this host that the
  /// answer names, is no longer right, and neither is what is on its way (RFC 9111, section 4.4).
  func invalidate(
    after head: borrowing ResponseHead, in bytes: Span<UInt8>, to request: borrowing RequestHead,
    in requestBytes: Span<UInt8>
  ) {
    for isSecure in [false, true] {
      guard CacheKey.write(request, in: requestBytes, isSecure: isSecure, into: &key) else { return }
      let target = key
      store.purges.purge(tag: target.span)
      for name in [FieldName.location, .contentLocation] {
        guard let value = head.fields.value(name),
          let other = CacheReference.resolve(bytes.extracting(value), from: target)
        else { continue }
        store.purges.purge(tag: other.span)
      }
    }
  }
}
