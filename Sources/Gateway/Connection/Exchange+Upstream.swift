import HTTPWire
import NIOCore
import Telemetry

/// What the upstream's connection and the pool tell.
extension Exchange {
  /// A connection is ours: the head goes out on it.
  func attach(_ connection: UpstreamConnection) {
    upstream = connection
    server = connection.server
    connection.server.metrics.requests.increment()
    phase = .asked
    askedAt = isStarting ? startedAt : loop.clock.now
    connection.start(self)
    if keptBody.bytes.readableBytes > 0 { connection.send(keptBody.bytes) }
    if isRequestSent {
      waitForFirstByte()
    } else if awaitsContinue {
      loop.set(deadline, inMilliseconds: Self.continueMilliseconds)
    } else {
      deadline.clear()
    }
    client?.resumeInput()
  }

  /// How long a server may leave a client waiting for 100; many never say it.
  private static let continueMilliseconds = 1_000

  /// No connection could be made to this server.
  func noteServer(_ server: UpstreamServer) {
    self.server = server
  }

  /// The configuration has changed while this was waiting.
  func move(to pool: UpstreamPool) {
    self.pool = pool
    server = nil
    pool.acquire(for: self)
  }

  /// The upstream takes more of the request's body, or none for now. One that takes none for too long is given up.
  func upstreamTakes(_ isWritable: Bool) {
    if isWritable {
      if phase == .asked, !isRequestSent { deadline.clear() }
      client?.resumeInput()
    } else if phase == .asked, !isRequestSent {
      waitForBytes()
    }
  }

  /// A place in the pool's queue has been taken.
  func waitInQueue(milliseconds: Int) {
    loop.set(deadline, inMilliseconds: milliseconds)
  }

  /// An interim head, as the loop has parsed it last from `bytes`; clients see all of them (RFC 9110, 15.2).
  func interim(in bytes: Span<UInt8>) {
    guard loop.responseHead.status != 100 else { return tellToContinue() }
    var out = loop.takeBuffer()
    loop.responseHead.writeInterim(of: bytes, into: &out)
    client?.sendInterim(out)
    client?.flush()
  }

  private func tellToContinue() {
    guard awaitsContinue else { return }
    bodyBegins()
    client?.sendContinue()
  }

  /// The head of the answer, as the loop has parsed it last from `bytes`.
  func answered(in bytes: Span<UInt8>, framing: MessageFraming) {
    phase = .answering
    let now = loop.clock.now
    readAt = now
    record.upstreamNanoseconds = Int(now - askedAt)
    record.status = loop.responseHead.status
    tunnel = nil
    server?.answered(record.status, at: now)
    if load != nil { endLoad(now: now, isAnswer: true) }
    settle(status: record.status)
    if loop.responseHead.fields.contains(.cachePurgeTags) { loop.purgeNamed(in: bytes) }
    if !method.isSafe, let cache = loop.cache { invalidate(cache, in: bytes) }
    var framing = framing
    if let visit {
      if isHeldBack(visit, in: bytes, framing: framing, now: now) { return }
      if framing == .chunked { framing = .untilClose }
    }
    var out = loop.takeBuffer()
    loop.responseHead.writeAnswer(
      of: bytes, requestID: requestID, headers: rule?.headers, date: loop.clock.dateLine, into: &out)
    writeLimit(into: &out)
    if let crossOrigin { out.writeImmutableBuffer(crossOrigin) }
    visit?.writeStatus(into: &out)
    if let type = loop.responseHead.fields.value(.contentType) {
      isEventStream = bytes.equalsIgnoringCase("text/event-stream", at: type.prefix(17))
    }
    loop.set(deadline, at: now, inMilliseconds: idleMilliseconds)
    client?.sendHead(consume out, framing: framing)
  }

  func answerBody(_ bytes: ByteBuffer) {
    if tunnel != nil { return passTunnel(bytes) }
    if let visit, collect(bytes, visit) { return }
    record.bytesOut += bytes.readableBytes
    client?.sendBody(bytes)
  }

  /// Trailer fields, where chunk framing is not passed on.
  func answerTrailers(_ lines: ByteBuffer) {
    client?.sendTrailers(lines)
  }

  /// All that has come for now has been handed over.
  func answerPaused() {
    readAt = 0
    guard phase == .answering, let client else { return }
    client.flush()
    // A client that does not take its answer is the stream's to time out, not the upstream's fault.
    if client.isWritable { waitForBytes() } else { deadline.clear() }
  }

  func answerCompleted() {
    if let visit, completed(visit) { return }
    let client = client
    end()
    client?.finish()
  }

  func deadlinePassed() {
    if phase == .asked, awaitsContinue { return tellToContinue() }
    let upstream = upstream
    self.upstream = nil
    switch phase {
    case .idle: return
    case .waiting:
      if held != nil { return fail(GatewayError(TokenRefusal.noKeys)) }
      if let visit, visit.isWaiting { return crowdLanded(.alone, generation: generation) }
      pool?.forget(self)
      fail(.upstreamBusy)
    case .asked:
      server?.failed(.timeout)
      fail(.upstreamTimeout)
    case .answering:
      if !isEventStream, tunnel == nil { server?.failed(.timeout) }
      if visit?.withholds == true { fail(.upstreamTimeout) } else { abortAnswer() }
    }
    upstream?.abandon()
  }
}
