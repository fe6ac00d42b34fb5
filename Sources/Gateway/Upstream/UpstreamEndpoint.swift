import NIOCore

/// One address that requests of an upstream go to.
struct UpstreamEndpoint: Sendable, Hashable {
  let address: SocketAddress
  /// As metrics, logs and people call it.
  let label: String

  /// Of an IP address.
  init?(address: String, port: Int) {
    guard let socket = try? SocketAddress(ipAddress: address, port: port) else { return nil }
    self.address = socket
    label = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// Of a Unix socket.
  init?(unixPath: String) {
    guard let socket = try? SocketAddress(unixDomainSocketPath: unixPath) else { return nil }
    address = socket
    label = "unix:\(unixPath)"
  }

  var isUnixSocket: Bool { if case .unixDomainSocket = address { true } else { false } }

  /// Nil for a name, which has to be resolved.
  init?(_ server: UpstreamConfiguration.Server) {
    switch server.kind {
    case .address: self.init(address: server.host, port: server.port)
    case .unix: self.init(unixPath: server.host)
    case .name: return nil
    }
  }

  static func == (one: Self, other: Self) -> Bool { one.label == other.label }

  func hash(into hasher: inout Hasher) { hasher.combine(label) }
}
