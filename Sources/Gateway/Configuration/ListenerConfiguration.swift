/// An address that is listened on.
package struct ListenerConfiguration: Sendable, Equatable {
  /// An IPv4 or IPv6 address, never a name: what is bound must not depend on DNS.
  package var address: String
  package var port: Int
  /// Connections are encrypted; nil for plain HTTP.
  package var tls: ListenerTLSConfiguration?
  /// HTTP/2 may be spoken: chosen by ALPN over TLS, with prior knowledge without it.
  package var http2 = true
  /// Each connection begins with a PROXY protocol header, and comes from a trusted proxy.
  package var proxyProtocol = false
  /// Plain requests are sent to https at this port instead of being answered.
  package var redirectToHTTPS: Int?
  package var hsts: HSTSConfiguration?

  package init(address: String, port: Int) {
    self.address = address
    self.port = port
  }
}
