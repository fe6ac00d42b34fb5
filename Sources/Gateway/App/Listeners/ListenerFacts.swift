import NIOCore

/// What the connections of a listener share, as the configuration has it at the time when they are accepted.
final class ListenerFacts: Sendable {
  let configuration: ListenerConfiguration
  /// Nil on plain listeners.
  let tls: TLSService?
  /// Who may speak the PROXY protocol.
  let trusted: TrustedProxies
  /// The line that each answer carries.
  let hsts: ByteBuffer?
  /// Answers instead of the routes, on the admin listener.
  let admin: AdminAnswer?

  init(
    _ configuration: ListenerConfiguration, tls: TLSService? = nil,
    trusted: TrustedProxies = TrustedProxies([]), admin: AdminAnswer? = nil
  ) {
    self.configuration = configuration
    self.tls = tls
    self.trusted = trusted
    self.admin = admin
    hsts = configuration.hsts.map { ByteBuffer(string: $0.line) }
  }

  /// Of requests that come by no listener.
  static let plain = ListenerFacts(ListenerConfiguration(address: "127.0.0.1", port: 0))

  var http2: Bool { configuration.http2 }
  var redirectToHTTPS: Int? { configuration.redirectToHTTPS }
  /// There is something to be done before the first request.
  var hasEntrance: Bool { tls != nil || configuration.proxyProtocol }
}
