import HTTPWire
import NIOCore

/// The request on a route with a cache: answered from it, or forwarded on its account.
extension Exchange {
  /// The conditions and ranges of a client are answered from what is stored; what is fetched is the whole.
  private static let kept = FieldNameSet(.ifNoneMatch, .ifModifiedSince, .range, .ifRange)

  func begin(
    with cache: LoopCache, _ settings: RouteCacheConfiguration, _ verdict: RequestVerdict, upstream: Int,
    in bytes: Span<UInt8>, peer: ClientPeer
  ) -> ExchangeStart {
    if method != .get, method != .head {
      return forward(nil, upstream, verdict, in: bytes, peer: peer)
    }
    let isIdentified: Bool =
      switch verdict.token {
      case .verified, .apiKey: true
      default: loop.requestHead.fields.contains(.authorization)
      }
    let circumstances = CacheCircumstances(
      settings: settings, headers: rule?.headers ?? .empty, pool: loop.pools[upstream],
      isSecure: isSecure(bytes, peer), isIdentified: isIdentified,
      hasCredentials: isIdentified || loop.requestHead.fields.contains(.cookie))
    let now = loop.clock.milliseconds(at: startedAt)
    switch cache.look(loop.requestHead, in: bytes, circumstances, for: self, now: now) {
    case .answer(let answer, let stamp):
      copyRequestLine(of: bytes)
      return start(answer, stamp)
    case .stale(let answer, let stamp, let refresh):
      if let refresh {
        writeHead(
          of: bytes, as: forwardedPeer(verdict, peer), peer, bearer: verdict.cookieToken,
          keeping: Self.kept)
        self.refresh(refresh, cache)
        loop.giveBack(head)
      }
      copyRequestLine(of: bytes)
      return start(answer, stamp)
    case .onlyIfCached:
      let answer = loop.policy.answer(
        to: .notStored, route: verdict.route, loop.requestHead, in: bytes, milliseconds: now)
      record.reason = answer.reason
      copyRequestLine(of: bytes)
      return start(answer, nil)
    case .ask(let visit): return forward(visit, upstream, verdict, in: bytes, peer: peer)
    case .wait(let visit):
      writeHead(
        of: bytes, as: forwardedPeer(verdict, peer), peer, bearer: verdict.cookieToken,
        keeping: Self.kept)
      wait(visit)
      return .forwarded
    }
  }

  private func start(_ answer: LocalAnswer, _ stamp: CacheStamp?) -> ExchangeStart {
    self.stamp = stamp
    record.status = answer.status
    settle(status: answer.status)
    if stamp != nil { record.source = .cache }
    return .answer(answer, closes: false)
  }

  private func forwardedPeer(_ verdict: RequestVerdict, _ peer: ClientPeer) -> ClientPeer {
    verdict.client == peer.address ? peer : peer.standingFor(verdict.client)
  }

  private func forward(
    _ visit: CacheVisit?, _ upstream: Int, _ verdict: RequestVerdict, in bytes: Span<UInt8>, peer: ClientPeer
  ) -> ExchangeStart {
    guard isAdmitted(to: upstream, isForMany: visit != nil) else { return refuse(.shed, of: bytes) }
    writeHead(
      of: bytes, as: forwardedPeer(verdict, peer), peer, bearer: verdict.cookieToken,
      keeping: visit?.mayStore == true && visit?.keepsConditions == true ? Self.kept : [])
    record.source = .upstream
    if let visit { leave(with: visit) } else { ask(loop.pools[upstream]) }
    return .forwarded
  }

  private func ask(_ pool: UpstreamPool) {
    self.pool = pool
    ask()
  }

  private func leave(with visit: CacheVisit) {
    self.visit = visit
    loop.cache?.intake.leaves(visit, head: &head, now: loop.clock.milliseconds(at: loop.clock.now))
    record.source = .upstream
    ask(visit.circumstances.pool)
  }

  // MARK: Crowds

  private func wait(_ visit: CacheVisit) {
    self.visit = visit
    phase = .waiting
    loop.set(deadline, inMilliseconds: visit.circumstances.settings.crowdMilliseconds)
  }

  /// The one who asked for all has landed, or is waited for no more.
  func crowdLanded(_ outcome: CrowdTable.Outcome, generation: Int) {
    guard generation == self.generation, phase == .waiting, let waited = visit, waited.isWaiting,
      let cache = loop.cache
    else { return }
    cache.crowds.close(waited)
    visit = nil
    deadline.clear()
    let bytes = waited.request
    let span = bytes.readableBytesUInt8Span
    guard (try? loop.parseRequest(span)) == true else { return fail(.upstreamClosed) }
    let now = loop.clock.milliseconds(at: loop.clock.now)
    let lookup = cache.look(
      loop.requestHead, in: span, waited.circumstances, for: self, after: outcome, now: now)
    switch lookup {
    case .answer(let answer, let stamp): deliver(answer, stamp)
    case .stale(let answer, let stamp, let visit):
      if let visit { refresh(visit, cache) }
      deliver(answer, stamp)
    case .onlyIfCached: fail(.notStored)
    case .ask(let visit): leave(with: visit)
    case .wait(let visit): wait(visit)
    }
    flushUpstream()
  }

  // MARK: The upstream's side

  /// Whether chunks pass as they are: what is stored is looked at without them.
  var keepsChunkFraming: Bool { visit == nil && client?.takesChunks ?? false }

  /// Whether more of the answer may be read: a slow client does not keep a crowd waiting, for what is stored is no
  /// longer than an entry may be.
  var takesAnswer: Bool { visit?.fill != nil || client?.isWritable ?? true }

  /// Tells the cache of the answer's head. True when the client does not get to see it.
  func isHeldBack(_ visit: CacheVisit, in bytes: Span<UInt8>, framing: MessageFraming, now: UInt64) -> Bool {
    guard let cache = loop.cache else { return false }
    guard visit.mayStore else {
      cache.intake.compare(
        visit.entry, with: loop.responseHead, in: bytes, now: loop.clock.milliseconds(at: now))
      return false
    }
    let request = visit.request
    let span = request.readableBytesUInt8Span
    guard (try? loop.parseRequest(span)) == true else { return false }
    cache.intake.heard(
      loop.responseHead, in: bytes, framing: framing, for: loop.requestHead, in: span, visit,
      now: loop.clock.milliseconds(at: now))
    return visit.withholds
  }

  /// True when the client does not get to see it.
  func collect(_ bytes: ByteBuffer, _ visit: CacheVisit) -> Bool {
    if visit.fill != nil {
      loop.cache?.intake.collect(bytes, visit, now: loop.clock.milliseconds(at: loop.clock.now))
    }
    return visit.withholds
  }

  /// The upstream's answer is whole. True when the client's answer is dealt with.
  func completed(_ visit: CacheVisit) -> Bool {
    loop.cache?.intake.complete(visit)
    upstream = nil
    switch visit.held {
    case .nothing: return false
    case .answer(let answer, let stamp): deliver(answer, stamp)
    case .again:
      visit.held = .nothing
      visit.validates = false
      visit.entry = nil
      head.moveWriterIndex(to: head.readerIndex + visit.plainLength - 2)
      head.writeStaticString("\r\n")
      attempts = 0
      leave(with: visit)
      flushUpstream()
    }
    return true
  }

  /// A stored answer in the place of an error of the upstream's, if that is allowed.
  func replaceError(_ visit: CacheVisit) -> Bool {
    visit.outcome = .failed
    guard let cache = loop.cache, visit.mayStore else { return false }
    if case .answer(let answer, let stamp) = visit.held {
      deliver(answer, stamp)
      return true
    }
    let request = visit.request
    let span = request.readableBytesUInt8Span
    guard (try? loop.parseRequest(span)) == true,
      cache.intake.replaceError(
        visit, for: loop.requestHead, in: span, now: loop.clock.milliseconds(at: loop.clock.now)),
      case .answer(let answer, let stamp) = visit.held
    else { return false }
    deliver(answer, stamp)
    return true
  }

  /// An answer of the cache's own, whole.
  private func deliver(_ answer: LocalAnswer, _ stamp: CacheStamp) {
    self.stamp = stamp
    record.status = answer.status
    record.source = stamp.isUpstreams ? .upstream : .cache
    settle(status: answer.status)
    deliver(answer)
  }

  /// An answer that needs no upstream, whole; the exchange ends with it.
  func deliver(_ answer: LocalAnswer) {
    record.bytesOut = answer.body.readableBytes
    var out = loop.takeBuffer()
    out.writeImmutableBuffer(answer.head)
    writeFields(into: &out)
    let client = client
    end()
    client?.sendHead(consume out, framing: .length(answer.body.readableBytes))
    if answer.body.readableBytes > 0 { client?.sendBody(answer.body) }
    client?.finish()
  }

  // MARK: Beside the request

  /// Brings a stale entry up to date while its client is answered already.
  private func refresh(_ visit: CacheVisit, _ cache: LoopCache) {
    let other = Exchange(on: loop)
    other.begin(refreshing: visit, like: self)
  }

  /// The same request once more, for nobody.
  private func begin(refreshing visit: CacheVisit, like original: Exchange) {
    startedAt = loop.clock.now
    reset(for: CacheRefresh(self))
    method = .get
    rule = original.rule
    head = original.head
    (path, methodLength) = (original.path, original.methodLength)
    isRequestSent = true
    loop.writeRequestID(into: &requestID)
    leave(with: visit)
    flushUpstream()
  }

  /// The request changed something: what is stored about it is wrong now.
  func invalidate(_ cache: LoopCache, in bytes: Span<UInt8>) {
    guard (200..<400).contains(loop.responseHead.status) else { return }
    let request = head
    let span = request.readableBytesUInt8Span
    guard (try? loop.parseRequest(span)) == true else { return }
    cache.store.invalidate(after: loop.responseHead, in: bytes, to: loop.requestHead, in: span)
  }
}

extension GatewayError.Code {
  package static let notStored = Self("not_stored")
}

extension GatewayError {
  /// The client wants a stored answer or none (RFC 9111, section 5.2.1.7).
  package static let notStored = GatewayError(
    .notStored, status: 504, fault: .client,
    "There is no stored answer to this request, and only-if-cached asks for no other.")
}
