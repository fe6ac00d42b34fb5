import HTTPWire
import NIOCore

/// An exchange whose answer is a stream that it shares with others.
extension Exchange {
  /// Listens instead of asking the upstream itself.
  ///
  /// - Parameter bytes: what the request head that was parsed last was read from.
  func joinFanOut(_ upstream: UpstreamPool, in bytes: Span<UInt8>) {
    let key = FanOutKey(upstream: upstream.configuration.name, target: target)
    wait(in: FanOutSeat(lastEventID: loop.requestHead.fields.lastEventID(in: bytes)))
    loop.fanOut.join(self, key)
  }

  /// The stream is open: the client gets a head of his own, and a first word.
  func beginFanOut() {
    var head = loop.takeBuffer()
    head.writeStaticString(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n")
    beginStream(head)
    sendFanOut(.listening)
    if loop.isDraining { endFanOut() }
  }

  /// False when the client does not take what he is sent, and is dropped for that.
  @discardableResult
  func sendFanOut(_ piece: FanOutPiece) -> Bool {
    guard let client, client.isWritable else {
      client?.abort()
      return false
    }
    note(sent: piece.bytes.readableBytes)
    client.sendShared(client.takesChunks ? piece.chunk : piece.bytes)
    client.flush()
    return true
  }

  func flushFanOut() { client?.flush() }

  /// The stream is over: the client is told so in order, and may come again.
  ///
  /// - Returns: false when this listens to none.
  @discardableResult
  func endFanOut() -> Bool {
    guard seat != nil, let client, phase == .answering else { return false }
    if client.takesChunks { client.sendShared(FanOutPiece.lastChunk) }
    answerCompleted()
    return true
  }

  /// What was to be forwarded is not: this waits for a stream, which it may share.
  func wait(in seat: FanOutSeat) {
    phase = .waiting
    self.seat = seat
  }

  /// There is nothing to share: this asks for itself.
  func fanOutRefused() {
    guard seat != nil else { return }
    seat = nil
    ask()
    flushUpstream()
  }

  /// Path and query of the request as it would be forwarded.
  var target: String {
    let line = head.readableBytesView.dropFirst(path.lowerBound).prefix { $0 != UInt8(ascii: " ") }
    return String(decoding: line, as: UTF8.self)
  }

  /// The answer begins with this head, to which the fields of every answer of the route come, and goes on until one
  /// side ends it.
  func beginStream(_ out: consuming ByteBuffer) {
    phase = .answering
    isEventStream = true
    record.status = 200
    record.upstreamNanoseconds = Int(loop.clock.now - startedAt)
    if let headers = rule?.headers { out.writeImmutableBuffer(headers.lines) }
    writeFields(into: &out)
    // There are many of these, and they stay for long: only what the record needs is kept.
    var line = ByteBufferAllocator().buffer(capacity: path.upperBound)
    line.writeBytes(head.readableBytesView.prefix(path.upperBound))
    loop.giveBack(head)
    head = line
    client?.sendHead(out, framing: .chunked)
  }

  func note(sent count: Int) { record.bytesOut += count }
}

extension HeaderFields {
  /// Where a client that comes back stands; nil for what is too long to be an id of ours.
  fileprivate borrowing func lastEventID(in bytes: Span<UInt8>) -> String? {
    for index in 0..<count where bytes.equalsIgnoringCase("last-event-id", at: self[index].nameRange) {
      let value = self[index].valueRange
      return value.isEmpty || value.count > 256 ? nil : bytes.extracting(value).text
    }
    return nil
  }
}
