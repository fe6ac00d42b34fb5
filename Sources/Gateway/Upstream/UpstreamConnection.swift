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
  private let pool: UpstreamPool
  /// Place of the server in its pool.
  let server: Int
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
  /// Interim heads before the answer at hand.
  private var interims = 0
  private static let interimLimit = 32
  private var isReadPending = false
  private let deadline = Deadline()
  /// False once the server has closed it, which may be before anybody has used it.
  private(set) var isOpen = true
  /// Whether the channel takes more, which it tells when it changes.
  private(set) var isWritable = true

  init(on loop: GatewayLoop, pool: UpstreamPool, server: Int) {
    self.loop = loop
    self.pool = pool
    self.server = server
    deadline.owner = self
  }

  // MARK: For the exchange and the pool

  /// Begins with the exchange's head; its body follows by `send`, and all leaves with `flush`.
  func start(_ exchange: Exchange) {
    self.exchange = exchange
    hasAnswer = false
    interims = 0
    body = nil
    deadline.clear()
    send(exchange.head)
  }

  func send(_ bytes: ByteBuffer) {
    context?.write(wrapOutboundOut(bytes), promise: nil)
  }

  func flush() {
    context?.flush()
  }

  /// The exchange is given up in the middle: the connection is of no more use.
  func abandon() {
    exchange = nil
    close()
  }

  /// Waits for the next exchange, but not for ever.
  func rest(milliseconds: Int) {
    loop.set(deadline, inMilliseconds: milliseconds)
  }

  func resumeReading() {
    guard isReadPending, let context else { return }
    isReadPending = false
    context.read()
  }

  func close() {
    context?.close(promise: nil)
  }

  func deadlinePassed() {
    if exchange == nil { close() }
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    loop.retire(deadline)
    // Closed while it was being connected, it never was active and does not become inactive.
    if isOpen { ended() }
  }

  private func ended() {
    isOpen = false
    pool.closed(self)
  }

  /// Reads only what the client takes.
  func read(context: ChannelHandlerContext) {
    if exchange?.client?.isWritable ?? true { context.read() } else { isReadPending = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    // Nobody has asked: whatever this is, it must not become somebody's answer.
    guard exchange != nil else { return close() }
    hasAnswer = true
    if input.readableBytes > 0 {
      input.writeBuffer(&bytes)
      swap(&input, &bytes)
      input = ByteBuffer()
    }
    take(&bytes)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    exchange?.answerPaused()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable { exchange?.client?.resumeInput() }
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended()
    guard let exchange else { return }
    self.exchange = nil
    if let body, endsWithConnection(body) {
      exchange.answerCompleted()
    } else {
      exchange.upstreamLost(.upstreamClosed, wasReused: answers > 0, hasAnswer: hasAnswer)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  // MARK: The answer

  private var isUntilClose = false

  private func endsWithConnection(_ body: BodyReader) -> Bool { isUntilClose && !body.isComplete }

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
    exchange.upstreamLost(.upstreamMalformed, hasAnswer: true)
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
    // We never asked for another protocol.
    if status == 101 { throw .malformedStatusLine }
    if loop.responseHead.isInterim {
      interims += 1
      // A server that says nothing else would keep us reading for ever.
      if interims > Self.interimLimit { throw .malformedStatusLine }
      if status == 103 {
        var head = loop.takeBuffer()
        loop.responseHead.writeInterim(of: span, into: &head)
        exchange.interim(head)
      }
      return true
    }
    let framing = loop.responseHead.framing(answering: exchange.method)
    isUntilClose = framing == .untilClose
    keepsAlive = loop.responseHead.keepsAlive && !isUntilClose
    body = BodyReader(framing, keepsChunkFraming: exchange.client?.takesChunks ?? false)
    exchange.answered(in: span, framing: framing)
    return true
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
    let isReusable = keepsAlive && exchange.isRequestSent && rest == 0 && !loop.isDraining
    if isReusable { pool.release(self) } else { close() }
    exchange.answerCompleted()
  }
}
