import Foundation
import HTTPTypes
import HTTPWire
import Hummingbird
import HummingbirdCore
import NIOCore
import Problem

/// One HTTP/1.1 connection: reads a request whole, hands it over, and reads on when its answer is out. On its loop
/// only.
final class HTTPConnection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = Never
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    /// Between requests, or in the middle of a head.
    case head
    case body
    /// The request is with the task.
    case answering
    /// The last answer is out; what still comes is dropped until the client closes.
    case lingering
  }

  /// The largest body that is read, in bytes; of a larger one is known only that it is.
  static let largestBody = 1_000_000
  /// How long a client is waited for to take the last answer and close.
  private static let linger = TimeAmount.seconds(2)
  private static let limits = HeadLimits()

  let requests = RequestHandover()
  /// The answer under way has no length: nothing else tells that its client has gone.
  var isStreaming = false
  private var context: ChannelHandlerContext?
  private var phase = Phase.head
  /// What has come and is not dealt with.
  private var input = ByteBuffer()
  private var head = RequestHead(limits: limits)
  private var progress = HeadProgress()
  private var request: HTTPRequest?
  private var reader = BodyReader(.none, keepsChunkFraming: false)
  private var body = ByteBuffer()
  private var awaitsContinue = false
  private var hasInputEnded = false
  private var isQuiescing = false
  private var isReadPending = false
  private let arrival: TimeAmount
  private var deadline: Scheduled<Void>?

  /// - Parameter arrival: how long a request may take to come whole.
  init(arrival: TimeAmount) {
    self.arrival = arrival
  }

  // MARK: The channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    deadline?.cancel()
    requests.close()
  }

  func channelInactive(context: ChannelHandlerContext) {
    requests.close()
  }

  func read(context: ChannelHandlerContext) {
    if wantsInput { context.read() } else { isReadPending = true }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if phase == .lingering { return }
    let bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 { input = bytes } else { input.writeImmutableBuffer(bytes) }
    advance()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is ChannelShouldQuiesceEvent:
      isQuiescing = true
      if phase == .head, input.readableBytes == 0 { close() }
    case ChannelEvent.inputClosed:
      hasInputEnded = true
      // A client that sends no more may wait for the answer to what it has sent.
      if phase != .answering || isStreaming { close() }
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    close()
  }

  /// What a client pipelines waits in the socket, but for a little.
  private var wantsInput: Bool { phase != .answering || input.readableBytes < 4_096 }

  // MARK: Answers

  /// The rest of an answer: the connection goes on with the next request, or ends.
  func finish(_ bytes: ByteBuffer, closes: Bool) {
    guard let context else { return }
    isStreaming = false
    if bytes.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
    if closes || isQuiescing || hasInputEnded && input.readableBytes == 0 || !reader.isComplete {
      return leave()
    }
    phase = .head
    advance()
    guard isReadPending, wantsInput else { return }
    isReadPending = false
    context.read()
  }

  /// Closes in a way that lets the client read the answer first: what it sends meanwhile must not meet a closed socket,
  /// whose reset would take the answer with it.
  private func leave() {
    if reader.isComplete, input.readableBytes == 0 { return close() }
    phase = .lingering
    input = ByteBuffer()
    context?.close(mode: .output, promise: nil)
    context?.read()
    setDeadline(Self.linger) { $0.close() }
  }

  private func close() {
    context?.close(promise: nil)
  }

  // MARK: Requests

  private func advance() {
    var goesOn = true
    while goesOn, context != nil {
      switch phase {
      case .head: goesOn = readHead()
      case .body: goesOn = readBody()
      case .answering, .lingering: goesOn = false
      }
    }
    // Nothing is held on to, so that what comes next is taken as it is.
    if input.readableBytes == 0 { input = ByteBuffer() }
    if phase == .body || phase == .head && input.readableBytes > 0 {
      if hasInputEnded { close() } else { beTimed() }
    }
  }

  /// False when more bytes are needed.
  private func readHead() -> Bool {
    let bytes = input
    let span = bytes.readableBytesUInt8Span
    guard !span.isEmpty, progress.isWorthParsing(span, limits: Self.limits) else { return false }
    do throws(HTTPWireError) {
      guard try head.parse(span) else {
        progress.parsedPartial(span)
        return false
      }
    } catch {
      refuse(error.status, error.rawValue, "This is no HTTP request that we take.")
      return false
    }
    progress.reset()
    request = HTTPRequest(head, in: span)
    reader = BodyReader(head.framing, keepsChunkFraming: false)
    awaitsContinue = head.expectsContinue
    input.moveReaderIndex(forwardBy: head.length)
    phase = .body
    return true
  }

  /// False when more bytes are needed.
  private func readBody() -> Bool {
    let bytes = input
    do throws(HTTPWireError) {
      var position = 0
      var piece: BodyReader.Piece
      repeat {
        piece = try reader.next(bytes.readableBytesUInt8Span, from: position)
        position = piece.end
        take(piece.range, of: bytes)
      } while piece.next == .more && body.readableBytes <= Self.largestBody
      input.moveReaderIndex(forwardBy: position)
      if body.readableBytes + reader.remaining > Self.largestBody {
        handOver(RequestBody(asyncSequence: TooLargeBody()), keepsAlive: false)
        return true
      }
      if piece.next == .complete {
        handOver(RequestBody(buffer: body), keepsAlive: head.keepsAlive)
        return true
      }
    } catch {
      refuse(error.status, error.rawValue, "This is no HTTP body that we take.")
      return false
    }
    if awaitsContinue, let context {
      awaitsContinue = false
      context.writeAndFlush(
        wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }
    return false
  }

  private func take(_ range: Range<Int>, of bytes: ByteBuffer) {
    guard !range.isEmpty,
      let part = bytes.getSlice(at: bytes.readerIndex + range.lowerBound, length: range.count)
    else { return }
    // Nearly always all of it.
    if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
  }

  private func handOver(_ body: RequestBody, keepsAlive: Bool) {
    guard let request else { return }
    self.request = nil
    self.body = ByteBuffer()
    deadline?.cancel()
    deadline = nil
    phase = .answering
    requests.put(
      ArrivedRequest(
        Request(head: request, body: body), isHead: head.method == .head, takesChunks: head.minorVersion == 1,
        keepsAlive: keepsAlive && !isQuiescing))
  }

  // MARK: What is not answered by the routes

  private func refuse(_ status: Int, _ reason: String, _ message: String) {
    let problem = Problem(status: status, reason: reason, message: message)
    guard let context else { return }
    let body = problem.body(path: "", timestamp: ISO8601.text(Date()))
    let answer = Response(json: body, status: .init(code: status))
    var bytes = AnswerHead.bytes(of: answer, framing: .asItSays, closes: true, room: body.count)
    bytes.writeBytes(body)
    context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    // What is left cannot be read.
    input = ByteBuffer()
    reader = BodyReader(.untilClose, keepsChunkFraming: false)
    leave()
  }

  /// A request has begun to come: it has a time to be whole.
  private func beTimed() {
    guard deadline == nil else { return }
    setDeadline(arrival) {
      $0.refuse(408, "request_timeout", "The request did not come whole in time.")
    }
  }

  private func setDeadline(_ time: TimeAmount, _ end: @escaping @Sendable (HTTPConnection) -> Void) {
    guard let context else { return }
    deadline?.cancel()
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: time) { end(bound.value) }
  }
}

/// Stands for a body over the limit: who asks for it is told so as by any body that is too large.
private struct TooLargeBody: AsyncSequence, Sendable {
  struct AsyncIterator: AsyncIteratorProtocol {
    mutating func next() async throws -> ByteBuffer? {
      throw NIOTooManyBytesError(maxBytes: HTTPConnection.largestBody)
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
