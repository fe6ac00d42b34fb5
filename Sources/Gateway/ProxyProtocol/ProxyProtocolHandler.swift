import NIOCore

/// Reads the PROXY header in front of everything else, then goes.
final class ProxyProtocolHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let entrance: ClientEntrance
  private var input = ByteBuffer()
  private var isOver = false

  init(_ entrance: ClientEntrance) {
    self.entrance = entrance
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    if !isOver { entrance.ended() }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return context.fireChannelRead(data) }
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    do {
      // Of a buffer that nobody changes: the span must not outlive an access to `input`.
      let whole = input
      let reading = try ProxyProtocolHeader.read(whole.readableBytesUInt8Span)
      guard case .whole(let length, let client) = reading else { return }
      isOver = true
      input.moveReaderIndex(forwardBy: length)
      try entrance.proxied(client)
      let rest = input
      input = ByteBuffer()
      if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
    } catch {
      isOver = true
      entrance.failed(.proxyHeader)
    }
  }
}
