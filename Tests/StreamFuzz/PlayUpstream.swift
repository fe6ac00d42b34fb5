@testable import Gateway
import HTTPWire
import NIOCore
import NIOEmbedded

/// A server that one connection of the gateway leads to: reads what it is asked, each request to the byte, and answers well,
/// early, in pieces, wrong or not at all.
final class PlayUpstream {
  private enum Reading { case head, body(BodyReader) }

  let channel: EmbeddedChannel
  private let gate = Gate()
  private var reading = Reading.head
  private var input: [UInt8] = []
  private var isAsked = false
  private var isRequestWhole = false
  private var isHead = false
  /// What of the answer has not left yet.
  private var answer: [UInt8] = []
  private var hasAnswered = false
  private var closesAfterAnswer = false
  /// Nil as long as the gateway has kept to HTTP/1.1.
  private(set) var finding: String?

  init(_ connection: UpstreamConnection, on loop: EmbeddedEventLoop) throws {
    channel = EmbeddedChannel(handlers: [gate, connection], loop: loop)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
  }

  var isOpen: Bool { channel.isActive }
  /// Nothing has been asked that is not answered.
  var isIdle: Bool { !isAsked }

  /// Reads what has come.
  func take(_ head: inout RequestHead) {
    while let bytes = try? channel.readOutbound(as: ByteBuffer.self) { input += bytes.readableBytesView }
    while finding == nil, !input.isEmpty, step(&head) {}
  }

  /// Goes on, or begins to answer.
  func answer(_ random: PlayRandom, isHonest: Bool) {
    guard isOpen, isAsked else { return }
    if !hasAnswered {
      guard isRequestWhole || !isHonest else { return }
      hasAnswered = true
      compose(random, isHonest: isHonest)
    }
    channel.pipeline.read()
    guard gate.mayRead else { return }
    if !answer.isEmpty {
      let count =
        isHonest
        ? min(answer.count, 20_000) : min(answer.count, 1 + random.below(random.once(in: 3) ? 12 : 6_000))
      let piece = ByteBuffer(bytes: answer[..<count])
      answer.removeFirst(count)
      gate.close()
      channel.pipeline.fireChannelRead(piece)
      channel.pipeline.fireChannelReadComplete()
    }
    guard answer.isEmpty else { return }
    if closesAfterAnswer { return end() }
    isAsked = !isRequestWhole
    hasAnswered = isAsked
  }

  /// The server goes.
  func end() {
    guard isOpen else { return }
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.close(promise: nil)
  }

  func setWritable(_ isWritable: Bool) {
    guard isOpen, channel.isWritable != isWritable else { return }
    channel.isWritable = isWritable
    channel.pipeline.fireChannelWritabilityChanged()
  }

  // MARK: Requests

  private func step(_ head: inout RequestHead) -> Bool {
    do throws(HTTPWireError) {
      switch reading {
      case .head:
        if isAsked, !hasAnswered { finding = "a request before the last one is answered" }
        let bytes = input
        guard try head.parse(bytes.span) else { return false }
        isAsked = true
        hasAnswered = false
        closesAfterAnswer = false
        isHead = head.method == .head
        isRequestWhole = head.framing == .none
        input.removeFirst(head.length)
        if !isRequestWhole { reading = .body(BodyReader(head.framing, keepsChunkFraming: false)) }
        return true
      case .body(var reader):
        let bytes = input
        let piece = try reader.next(bytes.span, from: 0)
        input.removeFirst(piece.end)
        reading = piece.next == .complete ? .head : .body(reader)
        if piece.next == .complete { requestEnded() }
        return piece.next != .input
      }
    } catch {
      finding = "not HTTP/1.1 (\(error)): \(String(decoding: input.prefix(300), as: UTF8.self))"
      return false
    }
  }

  private func requestEnded() {
    isRequestWhole = true
    if hasAnswered, answer.isEmpty { isAsked = false }
  }

  // MARK: Answers

  private func compose(_ random: PlayRandom, isHonest: Bool) {
    let length = random.once(in: 3) ? random.below(90_000) : random.below(200)
    let body = isHead ? "" : String(repeating: "b", count: length)
    let fields = random.once(in: 2) ? "" : "Cache-Control: max-age=60\r\nETag: \"\(random.below(3))\"\r\n"
    let whole = "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(length)\r\n\r\n\(body)"
    let text: String
    switch isHonest ? 0 : random.below(14) {
    case 1: text = chunked(body, "X-Sum: 1\r\n")
    case 2: text = chunked(body, "")
    case 3:
      closesAfterAnswer = true
      text = "HTTP/1.1 200 OK\r\n\(fields)\r\n\(body)"
    case 4: text = "HTTP/1.1 204 No Content\r\n\r\n"
    case 5: text = "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n"
    case 6: text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\(whole)"
    case 7: text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nwrong"
    case 8:
      closesAfterAnswer = true
      text = String(whole.dropLast(1 + random.below(whole.count)))
    case 9: text = "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\(isHead ? "" : "no")"
    case 10:
      text =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n\(isHead ? "" : "6\r\ndata:\n\r\n0\r\n\r\n")"
    default: text = whole
    }
    answer = Array(text.utf8)
    if answer.isEmpty { end() }
  }

  private func chunked(_ body: String, _ trailers: String) -> String {
    let chunk = body.isEmpty ? "" : "\(String(body.count, radix: 16))\r\n\(body)\r\n"
    return
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(isHead ? "" : "\(chunk)0\r\n\(trailers)\r\n")"
  }
}
