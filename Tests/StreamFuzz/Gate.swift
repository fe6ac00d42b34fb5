import NIOCore

/// Stands where a socket would be: knows whether anybody wants to read, so that nothing is handed over otherwise.
final class Gate: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private(set) var mayRead = false

  func read(context: ChannelHandlerContext) { mayRead = true }

  /// Bytes have been handed over: they must be asked for again.
  func close() { mayRead = false }
}
