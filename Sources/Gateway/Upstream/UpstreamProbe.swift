import HTTPWire
import NIOCore
import NIOPosix

/// One question to one server: a connection, a GET, the status of its answer.
final class UpstreamProbe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let request: ByteBuffer
  private let isExpected: (Int) -> Bool
  private var done: ((Bool) -> Void)?
  private var input = ByteBuffer()
  private var head = ResponseHead()
  private static let answerLimit = 65_536

  private init(_ request: ByteBuffer, _ isExpected: @escaping (Int) -> Bool, _ done: @escaping (Bool) -> Void)
  {
    self.request = request
    self.isExpected = isExpected
    self.done = done
  }

  /// Asks. `done` is called once, on the event loop.
  static func ask(
    _ address: SocketAddress, _ health: HealthConfiguration, host: String, on eventLoop: any EventLoop,
    _ done: @escaping (Bool) -> Void
  ) {
    let text =
      "GET \(health.path) HTTP/1.1\r\nHost: \(health.host ?? host)\r\nUser-Agent: daybook-gateway\r\n"
      + "Accept: */*\r\nConnection: close\r\n\r\n"
    let probe = UpstreamProbe(ByteBuffer(string: text), health.isExpected, done)
    let bound = NIOLoopBound(probe, eventLoop: eventLoop)
    let time = TimeAmount.milliseconds(Int64(health.timeoutMilliseconds))
    ClientBootstrap(group: eventLoop)
      .connectTimeout(time)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(to: address)
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .failure: probe.finish(false)
        case .success(let channel):
          let timeout = eventLoop.assumeIsolated().scheduleTask(in: time) { channel.close(promise: nil) }
          channel.closeFuture.whenComplete { _ in timeout.cancel() }
        }
      }
  }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(request), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    input.writeBuffer(&bytes)
    guard let isGood = verdict() else { return }
    finish(isGood)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { finish(false) }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// Nil when more bytes are needed.
  private func verdict() -> Bool? {
    do throws(HTTPWireError) {
      while true {
        let bytes = input
        let span = bytes.readableBytesUInt8Span
        guard !span.isEmpty, try head.parse(span) else { return span.count > Self.answerLimit ? false : nil }
        if !head.isInterim { return isExpected(head.status) }
        input.moveReaderIndex(forwardBy: head.length)
      }
    } catch {
      return false
    }
  }

  private func finish(_ isGood: Bool) {
    let done = done
    self.done = nil
    done?(isGood)
  }
}
