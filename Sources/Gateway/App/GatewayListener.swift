import Glibc
import NIOCore
import NIOPosix
import Telemetry

/// Listening sockets: one per event loop and address, which the kernel shares the connections out to.
enum GatewayListener {
  /// Listens on one loop.
  ///
  /// - Parameters:
  ///   - isShared: other loops, and a process that takes over, listen on the same address.
  ///   - admin: answers instead of the routes.
  static func bind(
    _ configuration: ListenerConfiguration, on loop: NIOLoopBound<GatewayLoop>, isShared: Bool,
    admin: AdminAnswer? = nil
  ) -> EventLoopFuture<any Channel> {
    ServerBootstrap(group: loop.eventLoop)
      .serverChannelOption(.backlog, value: 4_096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(
        .socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: isShared ? 1 : 0
      )
      .serverChannelOption(.maxMessagesPerRead, value: 64)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in accept(channel, on: loop.value, admin) }
      .bind(host: configuration.address, port: configuration.port)
  }

  private static func accept(
    _ channel: any Channel, on loop: GatewayLoop, _ admin: AdminAnswer?
  ) -> EventLoopFuture<Void> {
    guard admin != nil || loop.hasRoom else {
      loop.metrics.refused.increment()
      return channel.close()
    }
    return channel.eventLoop.makeCompletedFuture {
      let connection = ClientConnection(on: loop, peer: ClientPeer(channel.remoteAddress), admin: admin)
      try channel.pipeline.syncOperations.addHandler(connection)
    }
  }
}
