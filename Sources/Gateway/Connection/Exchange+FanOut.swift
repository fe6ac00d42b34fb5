import HTTPWire
import NIOCore

/// A stream that is shared with others: what one upstream says to all.
extension Exchange {
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
