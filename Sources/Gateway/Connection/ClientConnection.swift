import HTTPWire
import NIOCore
import Telemetry

/// One HTTP/1.1 connection of a client: reads heads in place, gives each request to its exchange, relays bodies as
/// they come and writes answers in the order of the requests. On its loop only.
///
/// A request and its answer go through two lives at once, `request: head → (relaying | discarding) → received` and
/// `answer: none → begun → done`; when both are over, the next request begins.
final class ClientConnection: ChannelDuplexHandler, ServedConnection, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum RequestPhase {
    /// Between requests, or in the middle of a head.
    case head
    /// The body goes to the upstream.
    case relaying
    /// The body is read and dropped: the answer needs none of it.
    case discarding
    /// The whole request is here.
    case received
  }

  enum AnswerPhase { case none, begun, done }

  let loop: GatewayLoop
  let peer: ClientPeer
  /// Answers instead of the routes, on the admin listener.
  let admin: AdminAnswer?
  var context: ChannelHandlerContext?
  let exchange: Exchange
  let deadline = Deadline()
  /// Place among the loop's connections; the loop's to change.
  var place = 0

  var request = RequestPhase.head
  var answer = AnswerPhase.none
  /// Whether the channel takes more, which it tells when it changes.
  private(set) var isWritable = true
  /// What has come and is not dealt with.
  var input = ByteBuffer()
  var progress = HeadProgress()
  var body = BodyReader(.none, keepsChunkFraming: true)
  var bodyBytes = 0
  /// Bytes of a body since its deadline was set; nil when it is not set.
  private var timedBodyBytes: Int?
  var awaitsContinue = false
  /// The client speaks HTTP/1.1.
  private(set) var takesChunks = true
  var keepsAlive = true
  /// The answer's body must be framed here.
  var framesChunks = false
  let output: SocketOutput
  var closesAfterAnswer = false
  /// The answer is out; what still comes is dropped until the client closes.
  var isLingering = false
  var hasInputEnded = false
  var isHeadTimed = false
  private var isReadPending = false
  /// Bytes have come, so that it is known what the client speaks; or it has been handed over to who speaks that.
  private var isKnown = false
  private var isHandedOver = false
  private var isAdvancing = false

  init(on loop: GatewayLoop, peer: ClientPeer, admin: AdminAnswer? = nil) {
    self.loop = loop
    self.peer = peer
    self.admin = admin
    exchange = Exchange(on: loop)
    output = SocketOutput(on: loop)
    deadline.owner = self
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    output.open(context, isDirect: !peer.isSecure)
    loop.opened(self)
    loop.set(deadline, inMilliseconds: loop.timeouts.headMilliseconds)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    output.close()
    exchange.cancel()
    exchange.retire()
    loop.retire(deadline)
    if !isHandedOver { loop.closed(self) }
  }

  func read(context: ChannelHandlerContext) {
    if wantsInput { context.read() } else { isReadPending = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    if isLingering { return dropWhileLingering(bytes.readableBytes) }
    input.takeIn(&bytes)
    process()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    exchange.flushUpstream()
    // The channel would ask for it next, by way of the whole pipeline.
    if self.context != nil, wantsInput { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable {
      if answer == .begun { deadline.clear() }
      if request == .head { loop.set(deadline, inMilliseconds: loop.idleMilliseconds) }
      exchange.clientIsWritable()
      advance()
    } else if answer == .begun || request == .head {
      loop.set(deadline, inMilliseconds: loop.writeIdleMilliseconds(of: self))
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    output.socketClosed()
    exchange.cancel()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, case .inputClosed = event { inputEnded() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if TLSErrors.isIgnorable(error) { return }
    if TLSErrors.isTLS(error) { loop.entrances.metrics.tlsErrors.increment() }
    context.close(promise: nil)
  }

  // MARK: Going on

  /// Deals with what has come, as far as it goes, and sends what came of it.
  func advance() {
    guard !isAdvancing else { return }
    process()
    flush()
    exchange.flushUpstream()
    resumeReading()
  }

  private func process() {
    guard !isAdvancing else { return }
    isAdvancing = true
    var goesOn = true
    while goesOn, context != nil, !isLingering {
      switch request {
      case .head:
        // Who takes no answers may not ask for more of them: they would pile up here.
        goesOn = isWritable && readHead()
        if !goesOn, hasInputEnded, isWritable, !isLingering { endConnection() }
      case .relaying:
        goesOn = relayBody()
        if !goesOn, hasInputEnded, request == .relaying, exchange.takesBody { bodyCutOff() }
      case .discarding: goesOn = discardBody()
      case .received: goesOn = false
      }
    }
    isAdvancing = false
    // Nothing is held on to, so that the channel can read into the same memory again.
    if input.readableBytes == 0 { input = loop.noBytes }
  }

  private var wantsInput: Bool {
    switch request {
    case .head: isWritable || isLingering
    case .discarding: true
    case .relaying: input.readableBytes < 32_768
    // Some pipelined requests may wait here, the rest in the socket.
    case .received: isLingering || input.readableBytes < 4_096
    }
  }

  private func resumeReading() {
    guard isReadPending, wantsInput, let context else { return }
    isReadPending = false
    context.read()
  }

  // MARK: Requests

  /// False when more bytes are needed.
  private func readHead() -> Bool {
    let bytes = input
    let span = bytes.readableBytesUInt8Span
    guard !span.isEmpty, isKnown || beginsWithHTTP1(span) else { return false }
    do throws(HTTPWireError) {
      guard progress.isWorthParsing(span, limits: loop.headLimits) else { return false }
      guard try loop.parseRequest(span) else {
        progress.parsedPartial(span)
        waitForHead()
        return false
      }
    } catch {
      refuse(GatewayError(error), isHead: loop.requestHead.method == .head)
      return false
    }
    progress.reset()
    isHeadTimed = false
    beginRequest()
    input.moveReaderIndex(forwardBy: loop.requestHead.length)
    if let admin {
      answerAdmin(admin, span)
    } else {
      switch exchange.begin(in: span, from: self, peer: peer) {
      case .forwarded: break
      case .answer(let answer, let closes): answerLocally(answer, closes: closes)
      }
    }
    return !isLingering
  }

  /// HTTP/2 with prior knowledge begins with its preface; while that may be coming, nothing is decided.
  private func beginsWithHTTP1(_ bytes: Span<UInt8>) -> Bool {
    // Over TLS it is chosen by ALPN, and in no other way (RFC 9113, 3.2).
    let mayBeHTTP2 = admin == nil && peer.listener.http2 && !peer.isSecure
    switch mayBeHTTP2 ? HTTP2Preface.look(bytes) : .isNone {
    case .isNone: isKnown = true
    case .perhaps: waitForHead()
    case .isWhole: handOver()
    }
    return isKnown
  }

  private func handOver() {
    guard let context else { return }
    let http2 = HTTP2Connection(on: loop, peer: peer, isTakenOver: true)
    loop.replace(self, by: http2)
    isHandedOver = true
    let rest = input
    input = ByteBuffer()
    let pipeline = context.pipeline.syncOperations
    do {
      try pipeline.addHandler(http2, position: .after(self))
      context.fireChannelRead(NIOAny(rest))
      pipeline.removeHandler(self, promise: nil)
    } catch {
      close()
    }
  }

  private func beginRequest() {
    let framing = loop.requestHead.framing
    request = framing == .none ? .received : .relaying
    answer = .none
    body = BodyReader(framing, keepsChunkFraming: true)
    bodyBytes = 0
    timedBodyBytes = nil
    takesChunks = loop.requestHead.minorVersion == 1
    keepsAlive = loop.requestHead.keepsAlive
    closesAfterAnswer = !keepsAlive || loop.isDraining
    awaitsContinue = loop.requestHead.expectsContinue
    framesChunks = false
    deadline.clear()
  }

  /// The first bytes of a head are here: the rest has a limit of its own.
  private func waitForHead() {
    guard !isHeadTimed else { return }
    isHeadTimed = true
    loop.set(deadline, inMilliseconds: loop.timeouts.headMilliseconds)
  }

  /// False when the body cannot go on now, or is over.
  private func relayBody() -> Bool {
    guard exchange.takesBody else {
      deadline.clear()
      timedBodyBytes = nil
      return false
    }
    if awaitsContinue {
      guard input.readableBytes > 0 else { return false }
      awaitsContinue = false
      exchange.bodyBegins()
    }
    let bytes = input
    let start = bytes.readerIndex
    do throws(HTTPWireError) {
      var position = 0
      var piece: BodyReader.Piece
      repeat {
        piece = try body.next(bytes.readableBytesUInt8Span, from: position)
        position = piece.end
        if !piece.range.isEmpty,
          let part = bytes.getSlice(at: start + piece.range.lowerBound, length: piece.range.count),
          !exchange.sendBody(part)
        {
          return refuseBody(.bodyTooLarge(loop.plan.configuration.limits.bodyBytes))
        }
      } while piece.next == .more
      input.moveReaderIndex(forwardBy: position)
      // A chunk that says it will be too large need not come first.
      if !exchange.hasRoom(for: body.remaining) {
        return refuseBody(.bodyTooLarge(loop.plan.configuration.limits.bodyBytes))
      }
      return relayed(position, piece.next == .complete)
    } catch {
      return refuseBody(GatewayError(error))
    }
  }

  private func relayed(_ count: Int, _ isComplete: Bool) -> Bool {
    if isComplete {
      request = .received
      deadline.clear()
      exchange.requestEnded()
    } else if !exchange.isTunnel {
      timeBody(count)
    }
    return isComplete
  }

  /// Time is given for a share of the body, not for each piece: a byte now and then is no progress.
  private func timeBody(_ count: Int) {
    if let timed = timedBodyBytes, timed + count < loop.timeouts.bodyBytesPerWindow {
      timedBodyBytes = timed + count
    } else {
      timedBodyBytes = 0
      loop.set(deadline, inMilliseconds: loop.timeouts.bodyIdleMilliseconds)
    }
  }

  /// The rest of the body will never come; a WebSocket may still have something to say to that.
  private func bodyCutOff() {
    guard exchange.isTunnel else { return close() }
    request = .received
    exchange.requestEnded()
  }

  /// Whatever follows in this body cannot be read: the upstream's connection ends, and the client's after the
  /// answer.
  private func refuseBody(_ error: GatewayError) -> Bool {
    exchange.cancel(status: error.status)
    if answer == .none {
      refuse(error, isHead: exchange.method == .head, isRecorded: true)
    } else {
      abort()
    }
    return false
  }

  /// False when more bytes are needed.
  private func discardBody() -> Bool {
    let bytes = input
    do throws(HTTPWireError) {
      var position = 0
      var piece: BodyReader.Piece
      repeat {
        piece = try body.next(bytes.readableBytesUInt8Span, from: position)
        position = piece.end
      } while piece.next == .more
      input.moveReaderIndex(forwardBy: position)
      bodyBytes += position
      if piece.next == .complete {
        request = .received
        if answer == .done { endOfAnswer() }
        return true
      }
      if bodyBytes > Self.discardLimit { endConnection() }
      return false
    } catch {
      endConnection()
      return false
    }
  }

  /// What is read of a body that nobody wants, to keep its connection.
  static let discardLimit = 65_536

  /// The client sends no more, but may wait for the answers to what it has sent.
  private func inputEnded() {
    hasInputEnded = true
    switch request {
    // Who listens to a stream without an end and sends no more is gone: nothing would tell of it before the next event.
    case .received where !isLingering: if exchange.seat != nil { close() }
    case .head where !isLingering: endConnection()
    // What has come of a body may still be waiting for its upstream.
    case .relaying where !isLingering: advance()
    default: close()
    }
  }
}
