import HTTPWire
import NIOCore

/// The other end of a client's connection, and what upstreams are told of it, written once per connection.
struct ClientPeer {
  let address: ClientAddress
  /// `X-Forwarded-For: 192.0.2.1` and CR LF.
  let forwardedFor: [UInt8]
  /// `Forwarded: for=192.0.2.1`, to be gone on with.
  let forwarded: [UInt8]
  let listener: ListenerFacts
  /// Nil when the connection is not encrypted.
  let tls: TLSFacts?

  init(_ address: ClientAddress, on listener: ListenerFacts = .plain, tls: TLSFacts? = nil) {
    self.address = address
    self.listener = listener
    self.tls = tls
    var text: [UInt8] = []
    address.append(to: &text)
    forwardedFor = Array("X-Forwarded-For: ".utf8) + text + [0x0D, 0x0A]
    let node = address.isIPv4 ? text : Array("\"[".utf8) + text + Array("]\"".utf8)
    forwarded = Array("Forwarded: for=".utf8) + node
  }

  /// - Parameter address: of a TCP connection; a Unix socket counts as the local host.
  init(_ address: SocketAddress?, on listener: ListenerFacts = .plain) {
    let text = address?.ipAddress ?? "127.0.0.1"
    let plain = text.split(separator: "%").first.map(String.init) ?? text
    self.init(ClientAddress(plain) ?? ClientAddress(ipv4: 0x7F00_0001), on: listener)
  }

  /// The same connection, now that its handshake is over.
  func secured(_ tls: TLSFacts?) -> ClientPeer { ClientPeer(address, on: listener, tls: tls) }

  /// The same connection on behalf of a client further away.
  func standingFor(_ client: ClientAddress) -> ClientPeer { ClientPeer(client, on: listener, tls: tls) }

  /// The connection is encrypted.
  var isSecure: Bool { listener.tls != nil }
}
