import HTTPWire
import NIOCore

/// One stream of an HTTP/2 connection: the client's side of an exchange. It hands the request's body on as an upstream
/// takes it, and holds back what the client does not take. One object serves stream after stream of its loop.
final class HTTP2Stream: DeadlineOwner {
  enum Answer { case none, begun, done }

  let loop: GatewayLoop
  let exchange: Exchange
  let deadline = Deadline()
  /// Nil between streams.
  private(set) var connection: HTTP2Connection?
  private(set) var slot = 0

  // The request.
  /// The client has sent all of it.
  private(set) var isRequestWhole = false
  /// Its body goes to the upstream.
  private var relaysBody = false
  private var isChunked = false
  private var awaitsContinue = false
  /// Bytes of the body since its deadline was set; nil when it is not set.
  var timedBytes: Int?
  /// What an upstream has not taken yet; the stream's window bounds it.
  private var pendingInput = ByteBuffer()
  private var trailers = ByteBuffer()
  private var isBeginning = false
  private(set) var namesHTTPS = false

  // The answer.
  var answer = Answer.none
  /// What Content-Length still announces; nil when the body's end is not known before it comes.
  var bodyLeft: Int?
  var isEndSent = false
  /// What the client's windows do not allow yet.
  var pendingOutput: [ByteBuffer] = []
  var pendingTrailers: ByteBuffer?

  init(on loop: GatewayLoop) {
    self.loop = loop
    exchange = Exchange(on: loop)
    deadline.owner = self
  }

  /// The object is not used again.
  func retire() {
    exchange.retire()
    loop.retire(deadline)
  }

  func start(on connection: HTTP2Connection, slot: Int, hasEnded: Bool) {
    self.connection = connection
    self.slot = slot
    isRequestWhole = hasEnded
    relaysBody = false
    awaitsContinue = false
    timedBytes = nil
    answer = .none
    bodyLeft = nil
    isEndSent = false
  }

  /// The stream is over, whether it was answered or not.
  func end() {
    guard let connection else { return }
    self.connection = nil
    exchange.cancel()
    connection.consumed(pendingInput.readableBytes, slot: nil)
    pendingInput = ByteBuffer()
    trailers = ByteBuffer()
    pendingOutput.removeAll()
    pendingTrailers = nil
    deadline.clear()
  }

  var isEventStream: Bool { answer == .begun && exchange.isEventStream }

  // MARK: The request

  /// - Parameter head: an HTTP/1.1 head, which is read by the one parser that there is.
  func begin(_ head: ByteBuffer, namesHTTPS: Bool) {
    guard let connection else { return }
    self.namesHTTPS = namesHTTPS
    let span = head.readableBytesUInt8Span
    do throws(HTTPWireError) {
      guard try loop.parseRequest(span) else { return refuse(GatewayError(.malformedRequestLine)) }
    } catch {
      return refuse(GatewayError(error), isHead: loop.requestHead.method == .head)
    }
    isChunked = loop.requestHead.framing == .chunked
    relaysBody = loop.requestHead.framing != .none
    awaitsContinue = loop.requestHead.expectsContinue
    isBeginning = true
    let start = exchange.begin(in: span, from: self, peer: connection.peer)
    isBeginning = false
    switch start {
    case .forwarded:
      if relaysBody { relayPending() }
      exchange.flushUpstream()
    case .answer(let local, _): answerLocally(local)
    }
  }

  func receive(_ bytes: ByteBuffer, endsRequest: Bool) {
    if endsRequest { isRequestWhole = true }
    guard relaysBody, answer != .done else {
      connection?.consumed(bytes.readableBytes, slot: slot)
      return
    }
    if pendingInput.readableBytes > 0 || !exchange.takesBody {
      var bytes = bytes
      if pendingInput.readableBytes == 0 { pendingInput = bytes } else { pendingInput.writeBuffer(&bytes) }
      // The upstream's time runs now, unless the client's own for the answer does.
      if !isWaiting { deadline.clear() }
      timedBytes = nil
    } else if !relay(bytes) {
      return
    }
    if pendingInput.readableBytes == 0 { relayedAll() }
    exchange.flushUpstream()
  }

  func receiveTrailers(_ lines: ByteBuffer) {
    trailers = lines
    receive(ByteBuffer(), endsRequest: true)
  }

  func resumeInput() {
    guard !isBeginning, connection != nil else { return }
    relayPending()
    exchange.flushUpstream()
  }

  private func relayPending() {
    guard relaysBody, answer != .done, exchange.takesBody else { return }
    if awaitsContinue { sendContinue() }
    if pendingInput.readableBytes > 0 {
      let bytes = pendingInput
      pendingInput = ByteBuffer()
      guard relay(bytes) else { return }
    }
    relayedAll()
  }

  /// False when that was too much, and the stream is over.
  private func relay(_ bytes: ByteBuffer) -> Bool {
    guard bytes.readableBytes > 0 else { return true }
    var goesOn = true
    if isChunked {
      var framed = loop.takeBuffer()
      framed.writeString(String(bytes.readableBytes, radix: 16))
      framed.writeStaticString("\r\n")
      framed.writeImmutableBuffer(bytes)
      framed.writeStaticString("\r\n")
      goesOn = exchange.sendBody(framed)
    } else {
      goesOn = exchange.sendBody(bytes)
    }
    guard goesOn else {
      // They go nowhere, but other streams want their room in the connection's window.
      connection?.consumed(bytes.readableBytes, slot: nil)
      refuseBody(.bodyTooLarge(loop.plan.configuration.limits.bodyBytes))
      return false
    }
    connection?.consumed(bytes.readableBytes, slot: slot)
    timedBytes = timedBytes.map { $0 + bytes.readableBytes }
    return true
  }

  /// Everything that has come is passed on.
  private func relayedAll() {
    guard isRequestWhole else { return timeBody() }
    guard exchange.takesBody else { return }
    relaysBody = false
    if !isWaiting { deadline.clear() }
    if isChunked {
      var last = loop.takeBuffer()
      last.writeStaticString("0\r\n")
      last.writeImmutableBuffer(trailers)
      last.writeStaticString("\r\n")
      // Too much by these few bytes is not too much.
      _ = exchange.sendBody(last)
    }
    exchange.requestEnded()
  }

  /// Time is given for a share of the body, not for each piece: a byte now and then is no progress.
  private func timeBody() {
    guard !isWaiting else { return timedBytes = nil }
    if let timedBytes, timedBytes < loop.timeouts.bodyBytesPerWindow { return }
    timedBytes = 0
    loop.set(deadline, inMilliseconds: loop.timeouts.bodyIdleMilliseconds)
  }

  private func sendContinue() {
    awaitsContinue = false
    guard !isRequestWhole, pendingInput.readableBytes == 0, answer == .none else { return }
    connection?.sendHead(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), slot: slot, endsStream: false)
    connection?.flushSoon()
  }

  /// Whatever follows in this body is not wanted: the upstream's connection ends, and the stream after the answer.
  func refuseBody(_ error: GatewayError) {
    exchange.cancel(status: error.status)
    guard answer != .none else {
      return refuse(error, isHead: exchange.method == .head, isRecorded: true)
    }
    let connection = connection
    connection?.reset(slot, .cancel)
    connection?.flushSoon()
  }

  func deadlinePassed() {
    guard let connection else { return }
    if isWaiting {
      connection.reset(slot, .cancel)
    } else if answer == .none, relaysBody {
      refuse(.requestTimeout, isRecorded: exchange.cancel(status: 408))
    }
    connection.flushSoon()
  }
}
