import HTTPWire
import NIOCore
import Telemetry

/// One request and its answer, from the decision to the record: between a client's stream, whatever its protocol,
/// and an upstream's connection. A stream uses one exchange for request after request. On its loop only.
///
/// Life: `idle → waiting (for a connection) → asked → answering → idle`; a lost upstream leads from `asked` back to
/// `waiting`, if that is safe. A WebSocket is an answer that has no end and lets the request go on.
final class Exchange: DeadlineOwner {
  enum Phase { case idle, waiting, asked, answering }

  let loop: GatewayLoop
  var phase = Phase.idle
  private(set) var client: (any ClientStream)?
  var method = HTTPMethod.other
  /// The forwarded head; it is kept until the answer is over, for a second attempt and for the record.
  var head = ByteBuffer()
  var upstream: UpstreamConnection?
  /// The server asked last, to ask another one next.
  var server: UpstreamServer?
  /// The pool's: where it waits for a connection.
  var place = WaitingPlace()
  /// The whole request, body and all, has been handed to the upstream's connection.
  var isRequestSent = false
  /// The answer is a stream of server-sent events: it has no end of its own, and its reader comes back by itself.
  var isEventStream = false
  /// Where this listens to a stream that it shares with others.
  var seat: FanOutSeat?
  /// Changes with each request: who comes back from afar compares it.
  private(set) var generation = 0
  /// Of the plan that decided about the request.
  private var planNumber = 0

  var record = RequestRecord()
  var rule: RouteRule?
  /// What the request has to do with the cache while it is not answered from it.
  var visit: CacheVisit?
  /// The answer is the cache's.
  var stamp: CacheStamp?
  /// A stream of the gateway's own is nobody's request.
  private var isRecorded = true
  /// What the rate limits said, for the answer.
  var limits = RateLimitReadings()
  /// Paid in advance until the answer's status is known.
  var deposits = RateLimitDeposits()
  /// The upstream's load, while the first byte of its answer is waited for.
  var load: UpstreamLoad?
  var loadedAt: UInt64 = 0
  /// Waits until it is known which keys there are.
  var held: HeldRequest?
  var pool: UpstreamPool?
  var requestID = ByteBuffer()
  /// What pages of other origins are told of the answer; nil when the route has nothing to say.
  var crossOrigin: ByteBuffer?
  var trace: TraceContext?
  /// The request brought a trace that could be read, so what belongs to it goes on.
  var keepsTraceState = false
  /// The path as the client sent it, where the upstream sees another one.
  var originalPath: ByteBuffer?
  /// Where the path stands in `head`.
  var path = 0..<0
  var methodLength = 0
  var hasBody = false
  var keptBody = KeptBody()
  /// The client sends its body when it is told to.
  var awaitsContinue = false
  var tunnel: WebSocketTunnel?
  var attempts = 0
  var startedAt: UInt64 = 0
  var askedAt: UInt64 = 0
  /// The request is being decided about, so that it is still the time at which it started.
  var isStarting = false
  /// When the bytes of the answer came that are being dealt with; 0 when none are.
  var readAt: UInt64 = 0
  let deadline = Deadline()

  init(on loop: GatewayLoop) {
    self.loop = loop
    deadline.owner = self
  }

  /// The stream goes: nothing may be under way.
  func retire() {
    loop.retire(deadline)
  }

  // MARK: The client's side

  /// Decides about the request that the loop has parsed last from `bytes`, and forwards it if that is to be done.
  func begin(in bytes: Span<UInt8>, from client: any ClientStream, peer: ClientPeer) -> ExchangeStart {
    startedAt = loop.clock.now
    reset(for: client)
    method = loop.requestHead.method
    hasBody = loop.requestHead.framing != .none
    awaitsContinue = loop.requestHead.expectsContinue
    keptBody.begin(loop.requestHead.framing, isAwaited: awaitsContinue)
    readIDs(in: bytes)
    var verdict = loop.decide(in: bytes, peer: peer.address, now: startedAt)
    if loop.requestHead.target.form == .asterisk { verdict.action = .answer(.serverOptions) }
    if peer.mayObject,
      let objection = peer.objection(to: loop.requestHead, in: bytes, isSecure: isSecure(bytes, peer))
    {
      verdict.action = objection
    }
    if asksHTTPSInClear(bytes, peer) { verdict.action = .refuse(.httpsOverPlain) }
    if case .length(let length) = loop.requestHead.framing, length > bodyLimit {
      verdict.action = .refuse(.bodyTooLarge(bodyLimit))
    }
    isStarting = true
    defer { isStarting = false }
    return proceed(verdict, in: bytes, peer: peer)
  }

  /// Does with the request that the loop has parsed last what was decided about it.
  func proceed(_ verdict: RequestVerdict, in bytes: Span<UInt8>, peer: ClientPeer) -> ExchangeStart {
    var verdict = verdict
    note(verdict)
    if loop.keepsTraces { record.isSecure = isSecure(bytes, peer) }
    if let policy = rule?.crossOrigin {
      crossOrigin = policy.fields(for: loop.requestHead.fields.value(.origin), in: bytes)
    }
    if case .forward = verdict.action, rule?.configuration.allowsWebSocket == true {
      readHandshake(in: bytes, &verdict)
    }
    switch verdict.action {
    case .answer(let answer):
      record.status = answer.status
      settle(status: answer.status)
      copyRequestLine(of: bytes)
      return .answer(answer, closes: false)
    case .refuse(let error):
      return refuse(error, of: bytes)
    case .hold:
      return hold(verdict, in: bytes, peer: peer)
    case .forward(let index):
      if let settings = rule?.configuration.cache, let cache = loop.cache {
        return begin(with: cache, settings, verdict, upstream: index, in: bytes, peer: peer)
      }
      guard isAdmitted(to: index) else { return refuse(.shed, of: bytes) }
      writeHead(
        of: bytes, as: verdict.client == peer.address ? peer : peer.standingFor(verdict.client), peer,
        bearer: verdict.cookieToken)
      record.source = .upstream
      pool = loop.pools[index]
      if rule?.configuration.fansOut == true, method == .get, !hasBody {
        joinFanOut(loop.pools[index], in: bytes)
      } else {
        ask()
      }
      return .forwarded
    }
  }

  /// A request of the gateway's own: `GET path` to an upstream of the configuration.
  ///
  /// - Parameter fields: field lines, each with its CR LF.
  func begin(
    get path: String, from upstream: Int, host: String, fields: String = "Accept: application/json\r\n",
    for client: any ClientStream
  ) {
    begin(get: path, from: loop.pools[upstream], host: host, fields: fields, isRecorded: true, for: client)
  }

  /// - Parameter isRecorded: false for what goes on for ever, and is nobody's request.
  func begin(
    get path: String, from pool: UpstreamPool, host: String, fields: String, isRecorded: Bool,
    for client: any ClientStream
  ) {
    startedAt = loop.clock.now
    reset(for: client)
    self.isRecorded = isRecorded
    method = .get
    trace = loop.newTrace()
    loop.writeRequestID(into: &requestID)
    head = loop.takeBuffer()
    head.writeString("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
    methodLength = 3
    self.path = 4..<4 + path.utf8.count
    isRequestSent = true
    self.pool = pool
    ask()
  }

  /// Whether a piece of the request's body can be taken now.
  var takesBody: Bool {
    (phase == .asked || phase == .answering) && !isRequestSent && upstream?.isWritable == true
  }

  /// Adds the fields that every answer carries to a local answer's head.
  func writeFields(into head: inout ByteBuffer) {
    if let stamp { stamp.write(into: &head) } else { head.writeBytes(loop.clock.dateLine) }
    head.writeStaticString("X-Request-Id: ")
    head.writeImmutableBuffer(requestID)
    head.writeStaticString("\r\n")
    writeLimit(into: &head)
    if let crossOrigin { head.writeImmutableBuffer(crossOrigin) }
  }

  /// The local answer has been handed over.
  func answeredLocally(bytesOut: Int) {
    record.bytesOut = bytesOut
    finishRecord()
  }

  /// Passes on a piece of the request's body.
  ///
  /// - Returns: false when it is more than is allowed; then nothing was passed on.
  func sendBody(_ bytes: ByteBuffer) -> Bool {
    record.bytesIn += bytes.readableBytes
    if tunnel == nil {
      guard record.bytesIn <= bodyLimit else { return false }
      keptBody.passed(bytes, on: loop)
    } else {
      waitForBytes()
    }
    upstream?.send(bytes)
    return true
  }

  /// Whether so many more bytes of the request's body are within its limit.
  func hasRoom(for count: Int) -> Bool {
    tunnel != nil || count <= bodyLimit - record.bytesIn
  }

  /// The client has begun its body, whether it was told to or not.
  func bodyBegins() {
    guard awaitsContinue else { return }
    awaitsContinue = false
    if phase == .asked { deadline.clear() }
  }

  /// The body has been passed on to its end.
  func requestEnded() {
    isRequestSent = true
    if isTunnel { return tunnelInputEnded() }
    // A body takes as long as the client makes it: the upstream's time begins at its end.
    if load != nil { loadedAt = loop.clock.now }
    if phase == .asked { waitForFirstByte() }
  }

  /// What was passed on leaves.
  func flushUpstream() {
    upstream?.flush()
  }

  /// The client takes more of the answer.
  func clientIsWritable() {
    upstream?.resumeReading()
    if phase == .answering { waitForBytes() }
  }

  /// The client's connection has ended, or its request was cut off.
  ///
  /// - Parameter status: what the record says; 499 stands for a client that went.
  /// - Returns: whether anything was under way, and recorded.
  @discardableResult
  func cancel(status: Int = 499) -> Bool {
    guard phase != .idle else { return false }
    if record.status == 0 { record.status = status }
    let upstream = upstream
    pool?.forget(self)
    end()
    upstream?.abandon()
    return true
  }

  // MARK: Inside

  var bodyLimit: Int { loop.plan.configuration.limits.bodyBytes }

  /// Sending it again changes nothing, and nothing of it has been consumed.
  var isRepeatable: Bool { method.isIdempotent && !hasBody && tunnel == nil }

  /// What was decided still means the same.
  var isOfThisPlan: Bool { planNumber == loop.planNumber }

  var isFirstAttempt: Bool { attempts == 1 }

  var idleMilliseconds: Int {
    guard let configuration = pool?.configuration else { return 0 }
    return isEventStream || tunnel != nil
      ? configuration.streamIdleMilliseconds : configuration.idleMilliseconds
  }

  func waitForBytes() {
    // A client that was told to go has that long and no longer.
    guard pool != nil, tunnel?.isClosing != true else { return }
    loop.set(deadline, inMilliseconds: idleMilliseconds)
  }

  func reset(for client: any ClientStream) {
    isEventStream = false
    tunnel = nil
    awaitsContinue = false
    hasBody = false
    keptBody.begin(.none, isAwaited: false)
    isRecorded = true
    self.client = client
    generation &+= 1
    record = RequestRecord()
    rule = nil
    held = nil
    stamp = nil
    limits = RateLimitReadings()
    deposits = RateLimitDeposits()
    crossOrigin = nil
    originalPath = nil
    requestID.clear()
    server = nil
    attempts = 0
    isRequestSent = false
  }

  private func note(_ verdict: RequestVerdict) {
    rule = verdict.route.map { loop.plan.rules[$0] }
    planNumber = loop.planNumber
    limits = verdict.limits
    deposits = verdict.deposits
    record.route = verdict.route
    record.client = verdict.client
    record.token = verdict.token
    if case .refused(let refusal) = verdict.token, refusal == .newKey || refusal == .noKeys {
      loop.keyIsMissing?(refusal == .newKey)
    }
  }

  /// Answers the request that the loop has parsed last from `bytes` with an error.
  func refuse(_ error: GatewayError, of bytes: Span<UInt8>) -> ExchangeStart {
    let answer = loop.policy.answer(
      to: error, route: record.route, loop.requestHead, in: bytes,
      milliseconds: loop.clock.milliseconds(at: startedAt))
    record.status = answer.status
    record.reason = answer.reason
    record.isLimited = error.status == 429
    settle(status: answer.status)
    copyRequestLine(of: bytes)
    return .answer(answer, closes: error.closesConnection)
  }

  /// The answer's status is known, or nobody will know it: what was paid in advance is settled, and an API key that
  /// was none counts as a wrong token.
  func settle(status: Int?) {
    if !deposits.isEmpty, let rule {
      loop.settle(deposits, rule, status: status, &limits)
      deposits = RateLimitDeposits()
    }
    if status == 401, record.source == .upstream, case .apiKey = record.token {
      loop.plan.limiter.countTokenFailure(of: record.client, now: loop.clock.now)
    }
  }

  /// Whether the upstream is asked, as slow as it is.
  ///
  /// - Parameter isForMany: the answer is for a crowd, which is spared the upstream already.
  func isAdmitted(to upstream: Int, isForMany: Bool = false) -> Bool {
    guard let load = loop.loads[upstream] else { return true }
    let priority = isForMany ? .critical : rule?.configuration.priority ?? .normal
    guard load.admit(priority, now: startedAt) else { return false }
    self.load = load
    loadedAt = startedAt
    return true
  }

  func endLoad(now: UInt64, isAnswer: Bool) {
    load?.ended(startedAt: loadedAt, now: now, isAnswer: isAnswer)
    load = nil
  }

  func ask(again server: UpstreamServer? = nil) {
    guard let pool else { return }
    phase = .waiting
    attempts += 1
    pool.acquire(for: self, again: server)
  }

  func waitForFirstByte() {
    guard let pool else { return }
    loop.set(deadline, inMilliseconds: pool.configuration.firstByteMilliseconds)
  }

  func writeLimit(into head: inout ByteBuffer) {
    rule?.limits.writeFields(limits, into: &head)
  }

  /// The gateway answers in the upstream's place.
  func fail(_ error: GatewayError) {
    if let visit, replaceError(visit) { return }
    let now = loop.clock.now
    let path =
      originalPath.map { String(buffer: $0) }
      ?? head.getString(at: head.readerIndex + path.lowerBound, length: path.count) ?? ""
    let answer = ErrorAnswer.render(
      error, path: path, audience: ErrorAudience(forwarded: head), pages: loop.plan.errorPages,
      isHead: method == .head,
      timestamp: HTTPDate.timestamp(milliseconds: loop.clock.milliseconds(at: now)),
      fields: rule?.headers.lines ?? ByteBuffer())
    record.status = answer.status
    record.reason = answer.reason
    record.source = .gateway
    settle(status: answer.status)
    record.bytesOut = answer.body.readableBytes
    var out = answer.head
    writeFields(into: &out)
    let client = client
    end()
    client?.sendHead(out, framing: .length(answer.body.readableBytes))
    if answer.body.readableBytes > 0 { client?.sendBody(answer.body) }
    client?.finish()
  }

  func abortAnswer() {
    visit?.outcome = .failed
    record.reason = GatewayError.Code.upstreamClosed.rawValue
    let client = client
    end()
    client?.abort()
  }

  func end() {
    if isTunnel { pool?.metrics.webSockets.add(-1) }
    tunnel = nil
    server?.cancelled()
    server = nil
    keptBody.end(on: loop)
    if let visit {
      loop.cache?.crowds.close(visit)
      self.visit = nil
    }
    finishRecord()
    if let seat {
      self.seat = nil
      seat.topic?.leave(self, seat)
    }
    upstream = nil
    held = nil
    pool = nil
    client = nil
    deadline.clear()
  }

  private func finishRecord() {
    // Most answers are whole with the bytes that they begin with.
    let now = readAt == 0 ? loop.clock.now : readAt
    readAt = 0
    if load != nil { endLoad(now: now, isAnswer: false) }
    if !deposits.isEmpty { settle(status: nil) }
    if record.route != nil, planNumber != loop.planNumber { record.route = rule.flatMap(loop.place) }
    record.nanoseconds = Int(now - startedAt)
    if isRecorded { writeRecord(now: now) }
    loop.giveBack(head)
    head = loop.noBytes
    rule = nil
    phase = .idle
    client = nil
  }

  private func writeRecord(now: UInt64) {
    let (line, id) = (head, requestID)
    let bytes = line.readableBytesUInt8Span
    if let originalPath {
      loop.record(
        record, method: bytes.extracting(0..<methodLength), path: originalPath.readableBytesUInt8Span,
        requestID: id.readableBytesUInt8Span, trace: trace, now: now)
    } else {
      loop.record(
        record, method: bytes.extracting(0..<methodLength), path: bytes.extracting(path),
        requestID: id.readableBytesUInt8Span, trace: trace, now: now)
    }
  }
}
