import HTTPWire
import NIOCore

/// Writing answers, as the client's windows allow.
extension HTTP2Stream: ClientStream {
  var takesChunks: Bool { false }

  var isHTTP2: Bool { true }

  var isWritable: Bool { pendingOutput.isEmpty && connection?.isWritable == true }

  /// Something has to be sent that cannot be yet.
  var isWaiting: Bool { !pendingOutput.isEmpty }

  func sendInterim(_ head: ByteBuffer) {
    guard answer == .none else { return }
    connection?.sendHead(head, slot: slot, endsStream: false)
  }

  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {
    guard let connection else { return }
    answer = .begun
    switch framing {
    case .none: bodyLeft = 0
    case .length(let length): bodyLeft = length
    case .chunked, .untilClose: bodyLeft = nil
    }
    isEndSent = bodyLeft == 0
    if let hsts = connection.peer.listener.hsts { head.writeImmutableBuffer(hsts) }
    connection.sendHead(head, slot: slot, endsStream: isEndSent)
    loop.giveBack(head)
  }

  func sendBody(_ bytes: ByteBuffer) {
    guard connection != nil, bytes.readableBytes > 0 else { return }
    var rest = bytes
    while pendingOutput.isEmpty, rest.readableBytes > 0, sendFrame(of: &rest, isLast: false) {}
    guard rest.readableBytes > 0 else { return }
    if pendingOutput.isEmpty { wait() }
    pendingOutput.append(rest)
  }

  /// Trailer lines, each with its CR LF, before the end of the answer.
  func sendTrailers(_ lines: ByteBuffer) {
    pendingTrailers = lines
  }

  func finish() {
    answer = .done
    // The stream may be over then, and know its connection no more.
    let connection = connection
    if !isWaiting { sendEnd() }
    connection?.flushSoon()
  }

  func abort() {
    guard let connection else { return }
    connection.reset(slot, .internalError)
    connection.flushSoon()
  }

  func flush() {
    connection?.flushSoon()
  }

  // MARK: Local answers

  func answerLocally(_ local: LocalAnswer) {
    var head = loop.takeBuffer()
    head.writeImmutableBuffer(local.head)
    exchange.writeFields(into: &head)
    exchange.answeredLocally(bytesOut: local.body.readableBytes)
    send(local, consume head)
  }

  private func send(_ local: LocalAnswer, _ head: consuming ByteBuffer) {
    sendHead(consume head, framing: .length(local.body.readableBytes))
    sendBody(local.body)
    finish()
  }

  /// Refuses what is no request, or cannot be read on.
  ///
  /// - Parameters:
  ///   - isHead: the request was HEAD, as far as it could be read.
  ///   - isRecorded: the exchange has made the record.
  func refuse(_ error: GatewayError, isHead: Bool = false, isRecorded: Bool = false) {
    guard let connection else { return }
    let refusal = loop.refusal(
      error, client: connection.peer.address, isHead: isHead, isRecorded: isRecorded)
    send(refusal.answer, refusal.head)
  }

  // MARK: Windows

  /// The client takes more of this stream.
  func mayGoOn() {
    guard isWaiting else { return }
    let connection = connection
    while isWaiting, sendOneFrame() {}
    connection?.flushSoon()
  }

  func connectionIsWritable() {
    if !isWaiting, answer == .begun { exchange.clientIsWritable() }
  }

  /// Sends one frame of what waits. False when there is no room for one.
  func sendOneFrame() -> Bool {
    guard isWaiting, sendFrame(of: &pendingOutput[0], isLast: pendingOutput.count == 1) else { return false }
    if pendingOutput.first?.readableBytes == 0 { pendingOutput.removeFirst() }
    if isWaiting {
      loop.set(deadline, inMilliseconds: loop.timeouts.writeIdleMilliseconds)
    } else {
      deadline.clear()
      timedBytes = nil
      if answer == .done { sendEnd() } else { exchange.clientIsWritable() }
    }
    return true
  }

  private func wait() {
    loop.set(deadline, inMilliseconds: loop.timeouts.writeIdleMilliseconds)
    connection?.queue(slot)
  }

  /// - Parameter isLast: nothing else waits.
  private func sendFrame(of bytes: inout ByteBuffer, isLast: Bool) -> Bool {
    guard let connection, connection.isWritable else { return false }
    let count = connection.session.takeAllowance(bytes.readableBytes, slot: slot)
    guard count > 0, let piece = bytes.readSlice(length: count) else { return false }
    bodyLeft = bodyLeft.map { $0 - count }
    let isWhole = isLast && bytes.readableBytes == 0 && answer == .done && pendingTrailers == nil
    isEndSent = bodyLeft == 0 || isWhole
    connection.sendData(piece, slot: slot, endsStream: isEndSent)
    return true
  }

  private func sendEnd() {
    guard let connection else { return }
    if let lines = pendingTrailers, !isEndSent {
      connection.sendTrailers(lines, slot: slot)
    } else if !isEndSent {
      connection.sendData(ByteBuffer(), slot: slot, endsStream: true)
    }
    isEndSent = true
    connection.answered(slot)
  }
}
