import HTTPWire
import NIOCore

/// Writing frames: small ones are gathered, what streams send takes turns.
extension HTTP2Connection {
  /// Up to here copying a piece behind the others is cheaper than a second entry in the channel's queue.
  private static let gatheringLimit = 8_192

  /// Makes sure that ``output`` can be written to without making a buffer for each frame.
  func takeOutput() {
    if output.capacity == 0 { output = loop.takeBuffer() }
  }

  /// Writes an HTTP/1.1 head as HEADERS.
  func sendHead(_ head: borrowing ByteBuffer, slot: Int, endsStream: Bool) {
    sendFields(slot, endsStream: endsStream, bound: head.readableBytes) { encoder, writer in
      encoder.encode(head: head.readableBytesUInt8Span, into: &writer)
    }
  }

  /// Writes trailer lines as the HEADERS that end a stream.
  func sendTrailers(_ lines: borrowing ByteBuffer, slot: Int) {
    sendFields(slot, endsStream: true, bound: lines.readableBytes) { encoder, writer in
      encoder.encode(trailers: lines.readableBytesUInt8Span, into: &writer)
    }
  }

  private func sendFields(
    _ slot: Int, endsStream: Bool, bound: Int, _ encode: (inout HPACKEncoder, inout ByteWriter) -> Void
  ) {
    takeOutput()
    let stream = session.stream(at: slot)
    let start = output.writerIndex
    let flags: HTTP2Frame.Flags = endsStream ? [.endHeaders, .endStream] : .endHeaders
    output.writeFrame(.headers, flags, length: 0, stream: stream)
    unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: HPACKEncoder.bound(bound)) { memory in
      var writer = unsafe ByteWriter(memory)
      encode(&session.encoder, &writer)
      return writer.count
    }
    let length = output.writerIndex &- start &- HTTP2Frame.headerLength
    if length > HTTP2Frame.maximumLength { return splitFields(from: start, length, stream, endsStream) }
    output.setFrame(at: start, .headers, flags, length: length, stream: stream)
  }

  /// A block over one frame goes on in CONTINUATION.
  private func splitFields(from start: Int, _ length: Int, _ stream: UInt32, _ endsStream: Bool) {
    var block = output.getSlice(at: start &+ HTTP2Frame.headerLength, length: length) ?? ByteBuffer()
    output.moveWriterIndex(to: start)
    var kind = HTTP2Frame.Kind.headers
    while block.readableBytes > 0 {
      let count = min(block.readableBytes, HTTP2Frame.maximumLength)
      var flags: HTTP2Frame.Flags = kind == .headers && endsStream ? .endStream : []
      if count == block.readableBytes { flags.insert(.endHeaders) }
      output.writeFrame(kind, flags, length: count, stream: stream)
      if var piece = block.readSlice(length: count) { output.writeBuffer(&piece) }
      kind = .continuation
    }
  }

  /// Writes one DATA frame; the session has allowed it.
  func sendData(_ bytes: ByteBuffer, slot: Int, endsStream: Bool) {
    takeOutput()
    output.writeFrame(
      .data, endsStream ? .endStream : [], length: bytes.readableBytes, stream: session.stream(at: slot))
    if output.readableBytes &+ bytes.readableBytes <= Self.gatheringLimit {
      output.writeImmutableBuffer(bytes)
      return
    }
    writeOutput()
    context?.write(wrapOutboundOut(bytes), promise: nil)
  }

  /// END_STREAM has been sent. A client that has not ended its request is told that the rest goes nowhere
  /// (RFC 9113, 8.1).
  func answered(_ slot: Int) {
    if !session.endAnswer(slot: slot) {
      takeOutput()
      output.writeReset(stream: session.stream(at: slot), .noError)
      session.reset(slot: slot)
    }
    release(slot)
  }

  /// The stream cannot go on.
  func reset(_ slot: Int, _ code: HTTP2ErrorCode) {
    takeOutput()
    output.writeReset(stream: session.stream(at: slot), code)
    session.reset(slot: slot)
    release(slot)
  }

  /// So much of what has come is dealt with.
  func consumed(_ count: Int, slot: Int?) {
    guard count > 0, phase != .ended else { return }
    let credit = session.consumed(count, slot: slot)
    guard credit.stream > 0 || credit.connection > 0 else { return }
    takeOutput()
    if credit.connection > 0 { output.writeWindowUpdate(stream: 0, credit.connection) }
    if let slot, credit.stream > 0 {
      output.writeWindowUpdate(stream: session.stream(at: slot), credit.stream)
    }
    flushSoon()
  }

  // MARK: Leaving

  /// What has been written leaves: at the end of what is being read, or, because other streams may have something
  /// too, after all that the loop has to do at the moment; one system call then serves them all.
  func flushSoon() {
    guard !isReading, !isFlushDue, let context else { return }
    if session.openStreams <= 1 { return flush() }
    isFlushDue = true
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute { bound.value.flush() }
  }

  func flush() {
    isFlushDue = false
    guard let context else { return }
    if output.readableBytes > 0 { writeOutput() }
    context.flush()
  }

  private func writeOutput() {
    context?.write(wrapOutboundOut(output), promise: nil)
    loop.giveBack(output)
    output = ByteBuffer()
  }
}
