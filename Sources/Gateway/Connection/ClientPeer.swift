import HTTPWire
import NIOCore

/// The other end of a client's connection, and what upstreams are told of it, written once per connection.
struct ClientPeer {
  let address: ClientAddress
  /// `X-Forwarded-For: 192.0.2.1` and CR LF.
  let forwardedFor: [UInt8]
  /// `Forwarded: for=192.0.2.1`, to be gone on with.
  let forwarded: [UInt8]

  init(_ address: ClientAddress) {
    self.address = address
    var text: [UInt8] = []
    address.append(to: &text)
    forwardedFor = Array("X-Forwarded-For: ".utf8) + text + [0x0D, 0x0A]
    let node = address.isIPv4 ? text : Array("\"[".utf8) + text + Array("]\"".utf8)
    forwarded = Array("Forwarded: for=".utf8) + node
  }

  /// - Parameter address: of a TCP connection; a Unix socket counts as the local host.
  init(_ address: SocketAddress?) {
    let text = address?.ipAddress ?? "127.0.0.1"
    let plain = text.split(separator: "%").first.map(String.init) ?? text
    self.init(ClientAddress(plain) ?? ClientAddress(ipv4: 0x7F00_0001))
  }
}
