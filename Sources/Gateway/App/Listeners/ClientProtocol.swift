import NIOCore

/// The one place where it is decided what speaks with a client.
enum ClientProtocol {
  /// Adds the handler of a connection behind what is in its pipeline. On the loop.
  ///
  /// - Parameter negotiated: what ALPN came to; nil on plain connections, and when the client did not ask.
  static func start(
    _ negotiated: String?, on channel: any Channel, loop: GatewayLoop, peer: ClientPeer
  ) throws {
    if negotiated == "h2" {
      try channel.pipeline.syncOperations.addHandler(HTTP2Connection(on: loop, peer: peer))
    } else {
      let connection = ClientConnection(on: loop, peer: peer, admin: peer.listener.admin)
      try channel.pipeline.syncOperations.addHandler(connection)
    }
  }
}
