import HTTPWire
import NIOCore

/// Writing answers.
extension ClientConnection: ClientStream {
  func sendInterim(_ head: ByteBuffer) {
    guard takesChunks, answer == .none else { return }
    output.write(head)
  }

  func sendContinue() {
    guard awaitsContinue else { return }
    awaitsContinue = false
    output.write("HTTP/1.1 100 Continue\r\n\r\n")
    flush()
    loop.set(deadline, inMilliseconds: loop.timeouts.bodyIdleMilliseconds)
  }

  func sendUpgrade(_ head: consuming ByteBuffer) {
    answer = .begun
    request = .relaying
    body = BodyReader(.untilClose, keepsChunkFraming: false)
    closesAfterAnswer = true
    deadline.clear()
    output.write(head)
    advance()
  }

  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {
    answer = .begun
    switch framing {
    case .chunked where takesChunks: head.writeStaticString("Transfer-Encoding: chunked\r\n")
    case .untilClose where takesChunks:
      framesChunks = true
      head.writeStaticString("Transfer-Encoding: chunked\r\n")
    case .chunked, .untilClose: closesAfterAnswer = true
    case .none, .length: break
    }
    // The rest of a request that has its answer already is not waited for.
    if request == .relaying { closesAfterAnswer = true }
    if closesAfterAnswer {
      head.writeStaticString("Connection: close\r\n")
    } else if !takesChunks {
      head.writeStaticString("Connection: keep-alive\r\n")
    }
    if let hsts = peer.listener.hsts { head.writeImmutableBuffer(hsts) }
    head.writeStaticString("\r\n")
    output.write(owned: head)
  }

  func sendBody(_ bytes: ByteBuffer) {
    guard framesChunks else { return output.write(bytes) }
    output.write(ByteBuffer(string: String(bytes.readableBytes, radix: 16)))
    output.write("\r\n")
    output.write(bytes)
    output.write("\r\n")
  }

  func sendShared(_ bytes: ByteBuffer) {
    output.write(lent: bytes)
  }

  func finish() {
    if framesChunks { output.write("0\r\n\r\n") }
    answer = .done
    // An early answer: the body that is still to come goes nowhere.
    if request == .relaying { request = .discarding }
    endOfAnswer()
    advance()
  }

  func abort() {
    output.flushNow()
    // To a 1.0 client the end of the connection is the end of a whole answer, unless the connection is reset.
    if answer == .begun, !takesChunks { resetOnClose() }
    close()
  }

  func flush() { output.flush() }

  func resumeInput() {
    advance()
  }

  /// A local answer, whole.
  func answerLocally(_ local: LocalAnswer, closes: Bool) {
    var head = loop.takeBuffer()
    head.writeImmutableBuffer(local.head)
    exchange.writeFields(into: &head)
    exchange.answeredLocally(bytesOut: local.body.readableBytes)
    send(local, consume head, closes: closes)
  }

  func answerAdmin(_ admin: AdminAnswer, _ bytes: Span<UInt8>) {
    let local =
      PurgeRequest.answer(to: loop.requestHead, in: bytes, loop.purges)
      ?? admin.answer(
        loop.requestHead.method, path: bytes.extracting(loop.requestHead.target.path),
        wantsPage: ErrorAudience(loop.requestHead.fields, in: bytes, isPage: false).wantsPage)
    var head = loop.takeBuffer()
    head.writeImmutableBuffer(local.head)
    head.writeBytes(loop.clock.dateLine)
    send(local, consume head, closes: false)
  }

  private func send(_ local: LocalAnswer, _ head: consuming ByteBuffer, closes: Bool) {
    if request == .relaying {
      request = .discarding
      // A client that waits for 100 may or may not send its body now; a large one is not worth reading.
      if awaitsContinue || body.remaining > Self.discardLimit { closesAfterAnswer = true }
      loop.set(deadline, inMilliseconds: loop.timeouts.bodyIdleMilliseconds)
    }
    if closes { closesAfterAnswer = true }
    sendHead(consume head, framing: .length(local.body.readableBytes))
    if local.body.readableBytes > 0 { output.write(kept: local.body) }
    answer = .done
    endOfAnswer()
  }

  /// Refuses what cannot be read as a request, or be read on.
  ///
  /// - Parameters:
  ///   - isHead: the request was HEAD, as far as it could be read.
  ///   - isRecorded: the exchange has made the record.
  func refuse(_ error: GatewayError, isHead: Bool = false, isRecorded: Bool = false) {
    let now = loop.clock.now
    let local = ErrorAnswer.render(
      error, path: "", isPage: false, isHead: isHead,
      timestamp: HTTPDate.timestamp(milliseconds: loop.clock.milliseconds(at: now)))
    var head = loop.takeBuffer()
    head.writeImmutableBuffer(local.head)
    head.writeBytes(loop.clock.dateLine)
    var requestID = ByteBuffer()
    loop.writeRequestID(into: &requestID)
    head.writeStaticString("X-Request-Id: ")
    head.writeImmutableBuffer(requestID)
    head.writeStaticString("\r\n")
    if !isRecorded { recordRefusal(local, requestID, now) }
    request = .discarding
    closesAfterAnswer = true
    sendHead(consume head, framing: .length(local.body.readableBytes))
    if local.body.readableBytes > 0 { output.write(local.body) }
    answer = .done
    endOfAnswer()
  }

  private func recordRefusal(_ local: LocalAnswer, _ requestID: ByteBuffer, _ now: UInt64) {
    var record = RequestRecord()
    record.status = local.status
    record.reason = local.reason
    record.client = peer.address
    record.bytesOut = local.body.readableBytes
    let nothing = [UInt8]()
    loop.record(
      record, method: nothing.span, path: nothing.span, requestID: requestID.readableBytesUInt8Span,
      trace: nil, now: now)
  }

  /// The answer is handed over whole: the next request, or the end.
  func endOfAnswer() {
    if closesAfterAnswer { return endConnection() }
    guard request == .received else { return }
    request = .head
    answer = .none
    loop.set(
      deadline,
      inMilliseconds: isWritable ? loop.idleMilliseconds : loop.writeIdleMilliseconds(of: self))
  }
}
