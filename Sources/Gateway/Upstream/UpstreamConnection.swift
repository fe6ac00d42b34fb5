import HTTPWire
import NIOCore

/// One connection to a server of an upstream: sends a request head and body for an exchange, reads the answer in
/// place and hands it over, then waits for the next exchange in its pool. On its loop only.
///
/// Life: `idle ⇄ busy (with an exchange) → closed`.
final class UpstreamConnection: ChannelDuplexHandler, DeadlineOwner {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let loop: GatewayLoop
  let server: UpstreamServer
  /// Place among the server's unused connections; the server's to change.
  var place = 0
  private var context: ChannelHandlerContext?
  private var exchange: Exchange?
  /// Bytes that did not make a whole head or trailer section.
  private var input = ByteBuffer()
  private var progress = HeadProgress()
  /// Nil until the head has come.
  private var body: BodyReader?
  private var keepsAlive = true
  private var hasAnswer = false
  private var answers = 0
  private var interimHeads = 0
  /// Bytes handed to the channel, and how many of them were there before this exchange.
  private var sent = 0
  private var sentBefore = 0
  /// How long the server says that it keeps the connection unused.
  private var keptMilliseconds: Int?
  private var socket: SocketState?
  private var hasEnded = false
  private var isCounted = false
  /// The server's side ended before its kernel had taken a byte of the request.
  private var neverArrived = false
  private var isReadPending = false
  /// The server counts it as one whose client takes nothing.
  private var isStalled = false
  private let deadline = Deadline()
  private let output: SocketOutput
  /// False once the server has closed it, which may be before anybody has used it.
  private(set) var isOpen = true
  /// Whether the channel takes more, which it tells when it changes.
  private(set) var isWritable = true

  init(on loop: GatewayLoop, to server: UpstreamServer) {
    self.loop = loop
    self.server = server
    output = SocketOutput(on: loop)
    deadline.owner = self
  }

  // MARK: For the exchange and the pool

  /// Begins with the exchange's head; its body follows by `send`, and all leaves with `flush`.
  func start(_ exchange: Exchange) {
    self.exchange = exchange
    hasAnswer = false
    interimHeads = 0
    body = nil
    sentBefore = sent
    deadline.clear()
    sent &+= exchange.head.readableBytes
    output.write(lent: exchange.head)
  }

  func send(_ bytes: ByteBuffer) {
    sent &+= bytes.readableBytes
    output.write(bytes)
  }

  func flush() { output.flush() }

  /// The exchange is given up in the middle: the connection is of no more use.
  func abandon() {
    exchange = nil
    close()
  }

  /// Waits for the next exchange, but not for ever.
  func rest(milliseconds: Int) {
    loop.set(deadline, inMilliseconds: min(milliseconds, keptMilliseconds ?? milliseconds))
  }

  /// Whether the kernel has heard nothing of the server since the last answer.
  var isQuiet: Bool { isOpen && socket?.isQuiet ?? true }

  /// Nothing more will be sent; what the server sends still comes.
  func endOutput() {
    output.whenEmpty { self.context?.close(mode: .output, promise: nil) }
  }

  func resumeReading() {
    guard isReadPending, let context else { return }
    isReadPending = false
    resume()
    context.read()
  }

  private func resume() {
    guard isStalled else { return }
    isStalled = false
    server.resume()
  }

  func close() {
    isOpen = false
    context?.close(promise: nil)
  }

  func deadlinePassed() {
    if exchange == nil { close() }
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    output.open(context, isDirect: true)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    output.close()
    loop.retire(deadline)
    // Closed while it was being connected, it never was active and does not become inactive.
    ended()
  }

  /// The connection has been made, and its server's count has it.
  func counted() {
    isCounted = true
  }

  private func ended() {
    isOpen = false
    guard isCounted else { return }
    isCounted = false
    resume()
    server.pool.closed(self)
  }

  func channelActive(context: ChannelHandlerContext) {
    socket = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { SocketState(descriptor: $0) }
  }

  /// Reads only what the client takes.
  func read(context: ChannelHandlerContext) {
    if exchange?.takesAnswer ?? true { return context.read() }
    isReadPending = true
    guard isCounted, !isStalled, server.stall() else { return }
    isStalled = true
    server.pool.stalled()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    // Nobody has asked: whatever this is, it must not become somebody's answer.
    guard exchange != nil else { return close() }
    hasAnswer = true
    if input.readableBytes > 0 {
      input.takeIn(&bytes)
      swap(&input, &bytes)
      input = loop.noBytes
    }
    take(&bytes)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    exchange?.answerPaused()
    // The channel would ask for it next, by way of the whole pipeline.
    if exchange?.takesAnswer ?? true { context.read() }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    exchange?.upstreamTakes(isWritable)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, case .inputClosed = event { inputEnded() }
  }

  /// The socket is still there: the kernel can be asked whether anything of the request has arrived. It has not when
  /// the server closed an unused connection just as the request was sent.
  private func inputEnded() {
    hasEnded = true
    if exchange != nil, !hasAnswer, let taken = socket?.acknowledgedBytes {
      neverArrived = taken <= sentBefore
    }
    close()
  }

  func channelInactive(context: ChannelHandlerContext) {
    output.socketClosed()
    ended()
    guard let exchange else { return }
    self.exchange = nil
    // A body that ends with its connection is whole when the server has closed it, not when the network has.
    if hasEnded, let body, isUntilClose, !body.isComplete {
      exchange.answerCompleted()
    } else {
      lose(exchange)
    }
  }

  private func lose(_ exchange: Exchange) {
    if hasAnswer {
      server.failed(.closed)
      exchange.upstreamLost(.upstreamClosed, .answered)
    } else if neverArrived {
      if answers == 0 { server.failed(.closed) }
      exchange.upstreamLost(.upstreamClosed, .never)
    } else {
      // A server may close a connection that has been used before; a fresh one it should answer.
      if answers == 0 { server.failed(.closed) }
      exchange.upstreamLost(.upstreamClosed, .perhaps(reused: answers > 0))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close()
  }

  // MARK: The answer

  private var isUntilClose = false

  private func take(_ bytes: inout ByteBuffer) {
    do throws(HTTPWireError) {
      while let exchange {
        if body == nil {
          guard try readHead(&bytes, exchange) else { break }
        } else {
          guard try readBody(&bytes, exchange) else { break }
        }
      }
      if bytes.readableBytes > 0 { input = bytes }
    } catch {
      malformed()
    }
  }

  private func malformed() {
    guard let exchange else { return }
    self.exchange = nil
    server.failed(.malformed)
    exchange.upstreamLost(.upstreamMalformed, .answered)
    close()
  }

  /// False when more bytes are needed.
  private func readHead(_ bytes: inout ByteBuffer, _ exchange: Exchange) throws(HTTPWireError) -> Bool {
    guard try parseHead(bytes, exchange) else { return false }
    bytes.moveReaderIndex(forwardBy: loop.responseHead.length)
    return true
  }

  private func parseHead(_ bytes: borrowing ByteBuffer, _ exchange: Exchange) throws(HTTPWireError) -> Bool {
    let span = bytes.readableBytesUInt8Span
    guard !span.isEmpty, progress.isWorthParsing(span, limits: HeadLimits()) else { return false }
    guard try loop.parseResponse(span) else {
      progress.parsedPartial(span)
      return false
    }
    progress.reset()
    let status = loop.responseHead.status
    if status == 101 {
      try switchProtocols(span, exchange)
      return true
    }
    if loop.responseHead.isInterim {
      interimHeads += 1
      if interimHeads > Self.interimLimit { throw .malformedStatusLine }
      exchange.interim(in: span)
      return true
    }
    readKeepAlive(span)
    let framing = loop.responseHead.framing(answering: exchange.method)
    isUntilClose = framing == .untilClose
    keepsAlive = loop.responseHead.keepsAlive && !isUntilClose
    body = BodyReader(framing, keepsChunkFraming: exchange.keepsChunkFraming)
    exchange.answered(in: span, framing: framing)
    return true
  }

  /// More interim heads before one answer are noise.
  private static let interimLimit = 32

  /// From now on bytes go both ways until one side ends it.
  private func switchProtocols(_ bytes: Span<UInt8>, _ exchange: Exchange) throws(HTTPWireError) {
    // We ask for no protocol that a client has not asked for.
    guard exchange.takesUpgrade(in: bytes) else { throw .malformedStatusLine }
    isUntilClose = true
    keepsAlive = false
    body = BodyReader(.untilClose, keepsChunkFraming: false)
    exchange.upgraded(in: bytes)
  }

  /// `Keep-Alive: timeout=5`: after that the server closes, so that we had better not begin then.
  private func readKeepAlive(_ bytes: Span<UInt8>) {
    guard let range = loop.responseHead.fields.value(.keepAlive) else { return }
    guard let seconds = KeepAliveTimeout.seconds(in: bytes.extracting(range)) else { return }
    keptMilliseconds = max(seconds * 1_000 - 1_000, seconds * 500)
  }

  /// False when more bytes are needed or the answer is over.
  private func readBody(_ bytes: inout ByteBuffer, _ exchange: Exchange) throws(HTTPWireError) -> Bool {
    guard var reader = body else { return false }
    let start = bytes.readerIndex
    var position = 0
    var piece: BodyReader.Piece
    repeat {
      piece = try reader.next(bytes.readableBytesUInt8Span, from: position)
      if !piece.range.isEmpty,
        let part = bytes.getSlice(at: start + piece.range.lowerBound, length: piece.range.count)
      {
        exchange.answerBody(part)
      }
      position = piece.end
    } while piece.next == .more
    if !piece.trailers.isEmpty,
      let lines = bytes.getSlice(at: start + piece.trailers.lowerBound, length: piece.trailers.count)
    {
      exchange.answerTrailers(lines)
    }
    body = reader
    bytes.moveReaderIndex(forwardBy: position)
    if piece.next == .complete { complete(rest: bytes.readableBytes) }
    return false
  }

  private func complete(rest: Int) {
    guard let exchange else { return }
    self.exchange = nil
    answers += 1
    // An answer before the end of the request, or bytes after the answer, leave the connection in doubt.
    let isReusable = isOpen && keepsAlive && exchange.isRequestSent && rest == 0 && !loop.isDraining
    if isReusable { server.pool.release(self) } else { close() }
    exchange.answerCompleted()
  }
}
