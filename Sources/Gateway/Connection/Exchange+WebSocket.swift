import HTTPWire
import NIOCore
import Telemetry

/// An exchange whose answer is 101: from there on it relays bytes until one side ends it.
extension Exchange {
  /// Bytes go both ways as they come.
  var isTunnel: Bool { tunnel?.isOpen == true }

  func readHandshake(in bytes: Span<UInt8>, _ verdict: inout RequestVerdict) {
    switch WebSocketHandshake.read(loop.requestHead, in: bytes) {
    case .none: return
    case .valid(let accept): tunnel = WebSocketTunnel(accept: accept)
    case .wrongVersion: verdict.action = .refuse(.webSocketVersion)
    case .malformed: verdict.action = .refuse(.webSocketHandshake)
    }
  }

  /// Whether the answer of 101, as the loop has parsed it last from `bytes`, is what was asked for.
  func takesUpgrade(in bytes: Span<UInt8>) -> Bool {
    guard let tunnel, phase == .asked else { return false }
    return WebSocketHandshake.isAccepted(by: loop.responseHead, in: bytes, accept: tunnel.accept)
  }

  /// The server has agreed to a WebSocket.
  func upgraded(in bytes: Span<UInt8>) {
    phase = .answering
    let now = loop.clock.now
    record.upstreamNanoseconds = Int(now - askedAt)
    record.status = 101
    server?.answered(101, at: now)
    tunnel?.opened()
    pool?.metrics.webSockets.add(1)
    isRequestSent = false
    var out = loop.takeBuffer()
    loop.responseHead.writeAnswer(
      of: bytes, requestID: requestID, headers: nil, date: loop.clock.dateLine, into: &out)
    out.writeStaticString("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    waitForBytes()
    client?.sendUpgrade(consume out)
  }

  func passTunnel(_ bytes: ByteBuffer) {
    let wasClosing = tunnel?.isClosing == true
    guard let passed = tunnel?.pass(bytes) else { return }
    if passed.readableBytes > 0 {
      record.bytesOut += passed.readableBytes
      client?.sendBody(passed)
    }
    // Once: a server that goes on talking to nobody gives the client no more time.
    if !wasClosing, tunnel?.isClosing == true {
      loop.set(deadline, inMilliseconds: WebSocketTunnel.closeMilliseconds)
    }
  }

  /// The client has said all; the server may still answer that.
  func tunnelInputEnded() {
    upstream?.endOutput()
    loop.set(deadline, inMilliseconds: WebSocketTunnel.closeMilliseconds)
  }

  /// The process goes down. What has no end of its own is ended where that does no harm.
  ///
  /// - Returns: whether the client is told, so that he ends it himself.
  func drain() -> Bool {
    guard isTunnel, tunnel?.isClosing == false else { return isTunnel }
    tunnel?.close()
    passTunnel(ByteBuffer())
    client?.flush()
    return true
  }
}
