import NIOCore
import NIOPosix
import Redis
import Testing

/// Other sides that are not Redis, or a broken one: the client reports, keeps trying, and commands fail in time.
@Suite struct HostileServerTests {
  @Test(arguments: [
    // before the greeting is answered
    "HTTP/1.1 400 Bad Request\r\n\r\n", "*2147483647\r\n", "$2147483647\r\n", "-LOADING Redis is loading\r\n",
    // after it: a reply that nobody asked for, and ones over the bounds
    "+PONG\r\n+surplus\r\n", "+PONG\r\n*9999999\r\n", "+PONG\r\n\u{0}",
  ])
  func `garbage closes the connection and harms nothing`(_ greeting: String) async throws {
    let server = try await FakeServer.start(answering: greeting)
    let change: (inout RedisConfiguration) -> Void = {
      $0.connectTimeout = .milliseconds(300)
      $0.commandTimeout = .milliseconds(300)
    }
    try await ClientHarness.run(url: server.url, change) { redis in
      await redis.events.wait { $0.isConnectFailed || $0.isDisconnected }
      // Fails in time; or is answered by the surplus reply, which cannot be told from its own.
      _ = await redis.failure(["PING"])
    }
    try await server.stop()
  }

  @Test func `a server that says nothing is given up after the connect time-out`() async throws {
    let server = try await FakeServer.start(answering: nil)
    let change: (inout RedisConfiguration) -> Void = {
      $0.connectTimeout = .milliseconds(100)
      $0.commandTimeout = .milliseconds(300)
    }
    try await ClientHarness.run(url: server.url, change) { redis in
      await redis.events.wait { event in
        if case .connectFailed(_, let error, _) = event { error.kind == .timeout } else { false }
      }
      #expect(await redis.failure(["PING"])?.outcome == .notSent)
    }
    try await server.stop()
  }

  @Test func `a reply longer than the bound closes the connection`() async throws {
    try await ClientHarness.run(url: nil, { $0.maximumReplyBytes = 100_000 }) { redis in
      let error = try #require(await redis.failure(["EVAL", "return string.rep('x', 200000)", "0"]))
      #expect(error.kind == .protocolViolation && error.outcome == .unknown)
      try await redis.client.ping()
      #expect(redis.events.seen.count { $0 == .connected(.commands) } == 2)
    }
  }
}

/// Takes connections and answers the first bytes of each with the same text, or never.
private struct FakeServer {
  private let channel: any Channel

  static func start(answering text: String?) async throws -> FakeServer {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Answer(text))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    return FakeServer(channel: channel)
  }

  var url: String { "redis://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

  func stop() async throws { try await channel.close() }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var text: String?

    init(_ text: String?) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard let text else { return }
      self.text = nil
      context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }
  }
}
