import NIOCore
import NIOPosix

/// Stands between the socket and NIOSSL for as long as the handshake lasts: what is chosen while it reads is noted
/// for this connection, and who speaks plain HTTP is told so.
final class TLSGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let entrance: ClientEntrance
  private let note: HandshakeNote
  private var isKnown = false

  private static let plainAnswer = ByteBuffer(
    string:
      "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 32\r\n\r\n"
      + "This port speaks HTTPS, not HTTP")

  init(_ entrance: ClientEntrance, _ note: HandshakeNote) {
    self.entrance = entrance
    self.note = note
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isKnown {
      isKnown = true
      let bytes = unwrapInboundIn(data)
      guard !Self.isPlain(bytes) else { return refusePlain(context) }
    }
    HandshakeNote.current.currentValue = note
    context.fireChannelRead(data)
    HandshakeNote.current.currentValue = nil
  }

  /// A record of TLS begins with 22, a request with a letter.
  private static func isPlain(_ bytes: ByteBuffer) -> Bool {
    guard let first = bytes.readableBytesView.first else { return false }
    return (first | 0x20) &- 0x61 < 26
  }

  private func refusePlain(_ context: ChannelHandlerContext) {
    entrance.failed(.plainHTTP)
    let last = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    // NIOSSL stands behind and would wait for a goodbye: the socket is closed from here.
    last.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
    context.writeAndFlush(wrapOutboundOut(Self.plainAnswer), promise: last)
  }
}
