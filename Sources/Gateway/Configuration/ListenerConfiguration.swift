/// An address that is listened on.
package struct ListenerConfiguration: Sendable, Equatable {
  /// An IPv4 or IPv6 address, never a name: what is bound must not depend on DNS.
  package var address: String
  package var port: Int

  package init(address: String, port: Int) {
    self.address = address
    self.port = port
  }
}
