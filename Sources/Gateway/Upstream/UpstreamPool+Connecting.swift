import NIOCore
import NIOPosix
import Telemetry

/// Making connections.
extension UpstreamPool {
  func connect(to server: UpstreamServer, for exchange: Exchange) {
    let generation = exchange.generation
    open(server) { [self] result in
      // The client may have gone meanwhile.
      let isWanted = exchange.phase == .waiting && exchange.generation == generation
      switch result {
      case .success(let connection): connected(connection, isWanted ? exchange : nil)
      case .failure(let error):
        server.failed(.connect)
        if isWanted {
          exchange.noteServer(server)
          exchange.upstreamLost(error, .never)
        } else {
          server.cancelled()
        }
      }
    }
  }

  /// Finds out whether somebody listens.
  func probe(_ server: UpstreamServer) {
    open(server) { [self] result in
      switch result {
      case .success(let connection):
        server.putIdle(connection)
        connection.rest(milliseconds: configuration.keepAliveMilliseconds)
        server.isReachable()
      case .failure:
        server.metrics.failures(.connect).increment()
        server.isUnreachable()
      }
    }
  }

  private func connected(_ connection: UpstreamConnection, _ exchange: Exchange?) {
    guard let exchange else {
      connection.server.cancelled()
      return release(connection)
    }
    // The server may have gone again.
    if connection.isOpen {
      exchange.attach(connection)
      exchange.flushUpstream()
    } else {
      connection.server.failed(.connect)
      exchange.noteServer(connection.server)
      exchange.upstreamLost(.upstreamUnreachable, .never)
    }
  }

  private func open(
    _ server: UpstreamServer, _ done: @escaping (Result<UpstreamConnection, GatewayError>) -> Void
  ) {
    server.connecting()
    let connection = UpstreamConnection(on: loop, to: server)
    (loop.dial?(connection) ?? dial(server, connection))
      .assumeIsolated()
      .whenComplete { result in
        switch result {
        case .success:
          server.connected()
          connection.counted()
          done(.success(connection))
        case .failure(let error):
          server.connectingFailed()
          done(.failure(Self.error(error)))
        }
      }
  }

  private func dial(
    _ server: UpstreamServer, _ connection: UpstreamConnection
  ) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
    let bootstrap = ClientBootstrap(group: loop.eventLoop)
    return
      (server.endpoint.isUnixSocket ? bootstrap : bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1))
      .connectTimeout(.milliseconds(Int64(configuration.connectMilliseconds)))
      // The end of input is told before the socket is closed, so that the kernel can be asked what arrived.
      .channelOption(.allowRemoteHalfClosure, value: true)
      // A client that does not take its answer must be noticed after one piece, and others have their turn.
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 4_096, maximum: 32_768)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
      }
      .connect(to: server.endpoint.address)
  }

  private static func error(_ error: any Error) -> GatewayError {
    if case .connectTimeout? = error as? ChannelError { connectTimeout } else { .upstreamUnreachable }
  }

  /// Nothing was sent, so another server may be asked.
  private static let connectTimeout: GatewayError = {
    var error = GatewayError.upstreamTimeout
    error.mayRetry = true
    return error
  }()
}
