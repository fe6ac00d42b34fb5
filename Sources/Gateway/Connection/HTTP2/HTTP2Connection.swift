import HTTPWire
import NIOCore
import Telemetry

/// One HTTP/2 connection of a client: its session says what the bytes mean, each request becomes a stream with an
/// exchange of its own, and what the streams answer is gathered and leaves in few system calls. On its loop only.
final class HTTP2Connection: ChannelDuplexHandler, ServedConnection {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// `serving → draining (GOAWAY announced) → leaving (no more streams) → ended (the rest is dropped)`
  enum Phase { case serving, draining, leaving, ended }

  let loop: GatewayLoop
  let peer: ClientPeer
  var session: HTTP2Session
  var context: ChannelHandlerContext?
  let deadline = Deadline()
  var place = 0
  var phase = Phase.serving
  /// By their slots.
  private(set) var streams: [HTTP2Stream?] = []
  /// What will be written at the next flush.
  var output = ByteBuffer()
  /// Whether the channel takes more, which it tells when it changes.
  private(set) var isWritable = true
  var hasInputEnded = false
  /// Bytes that came after the end.
  var droppedBytes = 0
  /// Streams with something to send, in the order of their turns; each slot at most once.
  private(set) var waiting: [Int] = []
  private var isQueued: [Bool] = []
  var isReading = false
  var isFlushDue = false
  /// What has come and is no whole frame.
  private var input = ByteBuffer()
  private var isReadPending = false
  private var isRestTimed = false
  private let isTakenOver: Bool

  /// - Parameter isTakenOver: the loop knows the connection already, as one that began with HTTP/1.1.
  init(on loop: GatewayLoop, peer: ClientPeer, isTakenOver: Bool = false) {
    self.loop = loop
    self.peer = peer
    self.isTakenOver = isTakenOver
    session = HTTP2Session(streams: loop.plan.configuration.limits.http2Streams)
    deadline.owner = self
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if !isTakenOver { loop.opened(self) }
    loop.http2Metrics.connections.add(1)
    isRestTimed = true
    loop.set(deadline, inMilliseconds: loop.timeouts.headMilliseconds)
    takeOutput()
    output.writeGreeting(streams: session.streamLimit, headerList: loop.headLimits.head)
    flush()
    // Its first bytes, or its handshake, were on their way when the process was told to go.
    if loop.isDraining { drain() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    cancelStreams()
    loop.retire(deadline)
    loop.http2Metrics.connections.add(-1)
    loop.closed(self)
  }

  /// A client that takes nothing gets nothing done: so what is answered without being asked for cannot pile up.
  func read(context: ChannelHandlerContext) {
    if isWritable || phase == .ended { context.read() } else { isReadPending = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if phase == .ended { return dropped(bytes.readableBytes) }
    input.takeIn(&bytes)
    isReading = true
    process()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    flush()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    guard isWritable else {
      return loop.set(deadline, inMilliseconds: loop.writeIdleMilliseconds(of: self))
    }
    isRestTimed = false
    if phase == .draining { loop.set(deadline, inMilliseconds: Self.drainMilliseconds) }
    timeRest()
    pump()
    for stream in streams { stream?.connectionIsWritable() }
    flush()
    if isReadPending {
      isReadPending = false
      context.read()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancelStreams()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, case .inputClosed = event { inputEnded() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if TLSErrors.isIgnorable(error) { return }
    if TLSErrors.isTLS(error) { loop.entrances.metrics.tlsErrors.increment() }
    context.close(promise: nil)
  }

  // MARK: What comes

  private func process() {
    let bytes = input
    let span = bytes.readableBytesUInt8Span
    let start = bytes.readerIndex
    var position = 0
    session.now = loop.clock.now
    do throws(HTTP2Error) {
      reading: while phase != .ended {
        let event = try session.next(span, at: &position, fields: &loop.http2.fields)
        switch event {
        case .needsMore: break reading
        case .data(let slot, let range, let endsStream):
          let piece = bytes.getSlice(at: start &+ range.lowerBound, length: range.count) ?? ByteBuffer()
          streams[slot]?.receive(piece, endsRequest: endsStream)
        default: handle(event)
        }
      }
    } catch {
      fail(error)
    }
    guard phase != .ended else { return input = ByteBuffer() }
    input.moveReaderIndex(forwardBy: position)
    if position > 0, !session.isWaitingForRest { isRestTimed = false }
    // Nothing is held on to, so that the channel can read into the same memory again.
    if input.readableBytes == 0 { input = ByteBuffer() }
    timeRest()
  }

  private func handle(_ event: HTTP2Event) {
    switch event {
    case .request(let slot, let endsStream): begin(slot, endsStream: endsStream)
    case .trailers(let slot): endWithTrailers(slot)
    case .resetByClient(let slot):
      loop.http2Metrics.clientResets.increment()
      release(slot)
    case .failed(let slot, let stream, let code):
      loop.http2Metrics.refusedStreams.increment()
      takeOutput()
      output.writeReset(stream: stream, code)
      if slot >= 0 { release(slot) }
    case .credit(let count):
      takeOutput()
      output.writeWindowUpdate(stream: 0, count)
    case .streamWindow(let slot): streams[slot]?.mayGoOn()
    case .connectionWindow: pump()
    case .settings:
      takeOutput()
      output.writeFrame(.settings, .acknowledgement, length: 0, stream: 0)
      pump()
    case .ping(let value):
      takeOutput()
      output.writePing(value, isAnswer: true)
    case .pingAcknowledged(let value): pingAcknowledged(value)
    case .goAway: clientLeaves()
    case .data, .needsMore, .nothing: break
    }
  }

  /// What has begun to come has a limit of its own; a connection with nothing to do has another.
  private func timeRest() {
    guard isWritable, phase == .serving || phase == .leaving, !isRestTimed else { return }
    if input.readableBytes > 0 || session.isWaitingForRest {
      isRestTimed = true
      loop.set(deadline, inMilliseconds: loop.timeouts.headMilliseconds)
    } else if session.openStreams == 0 {
      loop.set(deadline, inMilliseconds: loop.timeouts.keepAliveMilliseconds)
    } else {
      deadline.clear()
    }
  }

  /// Whether the time limit that runs is that of an unfinished frame or field block.
  var waitsForRest: Bool { isRestTimed }

  // MARK: Streams

  private func begin(_ slot: Int, endsStream: Bool) {
    let stream = loop.http2.takeStream()
    if slot == streams.count {
      streams.append(stream)
      isQueued.append(false)
    } else {
      streams[slot] = stream
    }
    stream.start(on: self, slot: slot, hasEnded: endsStream)
    do throws(HTTP2FieldError) {
      try writeHead(slot, endsStream: endsStream)
    } catch {
      switch error {
      case .malformed: refuseMalformed(slot)
      case .refused(let reason): stream.refuse(GatewayError(reason), isHead: loop.http2.fields.isHead)
      }
      return
    }
    stream.begin(loop.http2.head, namesHTTPS: loop.http2.fields.namesHTTPS)
  }

  private func writeHead(_ slot: Int, endsStream: Bool) throws(HTTP2FieldError) {
    let http2 = loop.http2
    var head = ByteBuffer()
    swap(&head, &http2.head)
    defer { swap(&head, &http2.head) }
    head.clear()
    if head.capacity == 0 { head = loop.takeBuffer() }
    var length: Int?
    var failure: HTTP2FieldError?
    unsafe head.writeWithUnsafeMutableBytes(minimumWritableBytes: http2.fields.requestBound) { memory in
      var writer = unsafe ByteWriter(memory)
      do throws(HTTP2FieldError) {
        length = try http2.fields.writeRequest(endsStream: endsStream, into: &writer)
      } catch {
        failure = error
      }
      return writer.count
    }
    if let failure { throw failure }
    if let length, !session.expect(length, slot: slot) { throw .malformed }
  }

  /// As bytes that are not HTTP/1.1, but it costs the stream only (RFC 9113, 8.1.1).
  private func refuseMalformed(_ slot: Int) {
    loop.http2Metrics.refusedStreams.increment()
    takeOutput()
    output.writeReset(stream: session.stream(at: slot), .protocolError)
    let isWithinBounds = session.refuse(slot: slot)
    release(slot)
    if !isWithinBounds { fail(HTTP2Error(.enhanceYourCalm, .resetFlood)) }
  }

  private func endWithTrailers(_ slot: Int) {
    var lines = loop.takeBuffer()
    let http2 = loop.http2
    var failure: HTTP2FieldError?
    unsafe lines.writeWithUnsafeMutableBytes(minimumWritableBytes: http2.fields.trailerBound) { memory in
      var writer = unsafe ByteWriter(memory)
      do throws(HTTP2FieldError) {
        try http2.fields.writeTrailers(into: &writer)
      } catch {
        failure = error
      }
      return writer.count
    }
    switch failure {
    case nil: streams[slot]?.receiveTrailers(lines)
    case .malformed: refuseMalformed(slot)
    case .refused(let reason): streams[slot]?.refuseBody(GatewayError(reason))
    }
  }

  /// Lets streams that wait send a frame each, in turns, as long as there is room.
  func pump() {
    // Over when none of them could send, one after the other.
    var vain = 0
    while vain < waiting.count, isWritable {
      let slot = waiting.removeFirst()
      isQueued[slot] = false
      guard let stream = streams[slot], stream.isWaiting else { continue }
      vain = stream.sendOneFrame() ? 0 : vain + 1
      if stream.isWaiting { queue(slot) }
    }
  }

  func queue(_ slot: Int) {
    guard !isQueued[slot] else { return }
    isQueued[slot] = true
    waiting.append(slot)
  }

  /// The stream is over, for the session too: its place is free.
  func release(_ slot: Int) {
    guard let stream = streams[slot] else { return }
    streams[slot] = nil
    stream.end()
    loop.http2.giveBack(stream)
    if session.openStreams == 0 { becameIdle() }
  }

  func cancelStreams() {
    for slot in streams.indices { release(slot) }
  }

  private func becameIdle() {
    if phase == .leaving || hasInputEnded { return leave() }
    // While bytes are being dealt with, another request may follow.
    if !isReading { timeRest() }
  }
}
