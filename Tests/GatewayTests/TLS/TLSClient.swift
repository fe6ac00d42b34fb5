import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A client of bytes over TLS.
final class TLSClient: Sendable {
  private let channel: any Channel
  private let inbox: Inbox

  private final class Inbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let state = Mutex((bytes: [UInt8](), hasEnded: false, error: (any Error)?.none))

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let bytes = unwrapInboundIn(data).readableBytesView
      state.withLock { $0.bytes += bytes }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if let event = event as? ChannelEvent, case .inputClosed = event {
        state.withLock { $0.hasEnded = true }
      }
    }

    func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.hasEnded = true } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      state.withLock { $0.error = $0.error ?? error }
    }
  }

  /// Says something before TLS begins.
  private final class Preamble: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func channelActive(context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
      context.fireChannelActive()
    }
  }

  init(
    port: Int, name: String? = "a.test", versions: (least: TLSVersion, most: TLSVersion) = (.tlsv12, .tlsv13),
    halfCloses: Bool = false, preamble: [UInt8] = []
  ) async throws {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    configuration.minimumTLSVersion = versions.least
    configuration.maximumTLSVersion = versions.most
    configuration.trustRoots = .certificates([])
    let context = try NIOSSLContext(configuration: configuration)
    let inbox = Inbox()
    self.inbox = inbox
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: halfCloses)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if !preamble.isEmpty { try channel.pipeline.syncOperations.addHandler(Preamble(preamble)) }
          try channel.pipeline.syncOperations.addHandlers(
            NIOSSLClientHandler(context: context, serverHostname: name), inbox)
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

  func endInput() async throws { try await channel.close(mode: .output) }

  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  func close() { channel.close(promise: nil) }

  /// The host names of the certificate that was shown.
  var certificate: NIOSSLCertificate? {
    get async throws { try await channel.nioSSL_peerCertificate().get() }
  }

  /// One answer with a Content-Length body.
  func receiveAnswer() async throws -> String {
    let head = try await receive { text in text.firstRange(of: "\r\n\r\n")?.upperBound }
    let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
    return head
      + (try await receive { $0.utf8.count >= length ? $0.utf8.index($0.startIndex, offsetBy: length) : nil })
  }

  /// All that comes until the other side ends the connection.
  func receiveUntilEnd() async throws -> String {
    for _ in 0..<1_000 {
      let state = inbox.state.withLock { ($0.bytes, $0.hasEnded) }
      if state.1 { return String(decoding: state.0, as: UTF8.self) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }

  /// What went wrong last.
  var error: (any Error)? { inbox.state.withLock { $0.error } }

  private func receive(_ end: (String) -> String.Index?) async throws -> String {
    for _ in 0..<1_000 {
      let (bytes, hasEnded) = inbox.state.withLock { ($0.bytes, $0.hasEnded) }
      let text = String(decoding: bytes, as: UTF8.self)
      if let end = end(text) {
        let part = String(text[..<end])
        inbox.state.withLock { $0.bytes.removeFirst(part.utf8.count) }
        return part
      }
      if hasEnded { throw RawClient.Timeout() }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw RawClient.Timeout()
  }
}
