import HTTPWire
import NIOCore

/// Takes in what the upstream says to a request that the cache sent it, or did not keep from it.
struct CacheIntake {
  let store: ResponseCache
  let crowds: CacheCrowds
  let metrics: CacheMetrics
  private let dateLine: () -> [UInt8]

  init(
    _ store: ResponseCache, _ crowds: CacheCrowds, _ metrics: CacheMetrics, dateLine: @escaping () -> [UInt8]
  ) {
    self.store = store
    self.crowds = crowds
    self.metrics = metrics
    self.dateLine = dateLine
  }

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
    // What the client has is right, says the upstream: that is between the two.
    if head.status == 304, !visit.keepsConditions { return }
    if [500, 502, 503, 504].contains(head.status),
      replaceError(visit, for: request, in: requestBytes, now: now)
    {
      return
    }
    take(head, in: bytes, framing: framing, for: request, in: requestBytes, visit, now: now)
  }

  /// What the upstream says to HEAD beside the store may show that it has something newer than what is stored (RFC
  /// 9111, section 4.3.5).
  func compare(_ entry: CacheEntry?, with head: borrowing ResponseHead, in bytes: Span<UInt8>, now: Int) {
    guard let entry, head.status == 200, entry.status == 200 else { return }
    let validators = CacheValidators(head.fields, in: bytes, now: now / 1_000)
    let isOther =
      !validators.tag.isEmpty && validators.tag != entry.validators.tag
      || !validators.modified.isEmpty && validators.modified != entry.validators.modified
      || head.fields.contentLength.map { $0 != entry.body.readableBytes } ?? false
    if isOther { store.remove(entry) }
  }

  /// The stored answer in the place of an error, if that is allowed.
  func replaceError(
    _ visit: CacheVisit, for request: borrowing RequestHead, in bytes: Span<UInt8>, now: Int
  ) -> Bool {
    guard let entry = visit.entry, entry.mayReplaceError(visit.circumstances, store.purges, now: now) else {
      return false
    }
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
      if !isStorable { crowds.goAlone(visit, now: now) }
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
    spareBody(visit, head, in: bytes, framing: framing, for: request, in: requestBytes, now: now)
    // Something newer than what is stored, which may not be stored itself; an error is no newer version.
    if let entry = visit.entry, head.status < 500 { store.remove(entry) }
    crowds.goAlone(visit, now: now)
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
      CacheStamp(.fetched(visit.reason), fill.freshness, at: now))
  }

  /// The same for an answer that is not stored, whose end is known to come.
  private func spareBody(
    _ visit: CacheVisit, _ head: borrowing ResponseHead, in bytes: Span<UInt8>, framing: MessageFraming,
    for request: borrowing RequestHead, in requestBytes: Span<UInt8>, now: Int
  ) {
    guard head.status == 200, framing != .untilClose, let refusal = visit.refusal else { return }
    let validators = CacheValidators(head.fields, in: bytes, now: now / 1_000)
    guard !validators.isEmpty,
      CacheEntry.isNotModified(validators, request.fields, in: requestBytes, now: now / 1_000)
    else { return }
    let whole = EntryHead.make(
      head, of: bytes, headers: visit.circumstances.headers, withheld: [], date: dateLine())
    visit.held = .answer(
      LocalAnswer(status: 304, head: CacheEntry.notModified(whole)),
      CacheStamp(.spared(visit.reason, refusal), Freshness(), at: now))
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
}
