internal import NIOCore

/// Bytes of a channel to replies for a link. One per connection, on its event loop.
final class RedisChannelHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let link: RedisLink
  private let reader: HiredisReader
  private var failure: (any Error)?

  init(_ link: RedisLink, maximumReplyBytes: Int) {
    self.link = link
    reader = HiredisReader(maximumReplyBytes: maximumReplyBytes)
  }

  func channelActive(context: ChannelHandlerContext) {
    link.connected(context.channel)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard failure == nil else { return }
    do {
      let buffer = unwrapInboundIn(data)
      try unsafe buffer.withUnsafeReadableBytes { bytes in try unsafe reader.feed(bytes) }
      while let reply = try reader.next() { try link.received(reply) }
    } catch {
      fail(error, context)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    link.lost(failure ?? RedisError(.connection, .unknown, "Redis closed the connection"))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error, context)
  }

  private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
    failure = failure ?? error
    context.close(promise: nil)
  }
}
