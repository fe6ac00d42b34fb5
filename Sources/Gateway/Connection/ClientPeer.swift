import HTTPWire
import NIOCore

/// The other end of a client's connection, and what upstreams are told of it, written once per connection. By
/// reference: each request hands it on, which would copy its parts.
final class ClientPeer: Sendable {
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
  convenience init(_ address: SocketAddress?, on listener: ListenerFacts = .plain) {
    self.init(address.flatMap { ClientAddress($0) } ?? ClientAddress(ipv4: 0x7F00_0001), on: listener)
  }

  /// The same connection, now that its handshake is over.
  func secured(_ tls: TLSFacts?) -> ClientPeer { ClientPeer(address, on: listener, tls: tls) }

  /// The same connection on behalf of a client further away.
  func standingFor(_ client: ClientAddress) -> ClientPeer { ClientPeer(client, on: listener, tls: tls) }

  /// The connection is encrypted.
  var isSecure: Bool { listener.tls != nil }
}

extension ClientAddress {
  /// Nil for a Unix socket. Read from its bytes: as a text it would cost more than the rest of the connection's facts.
  init?(_ address: SocketAddress) {
    switch address {
    // Behind family and port.
    case .v4: self.init(ipv4: UInt32(bigEndian: address.load(at: 4)))
    // Behind family, port and flow.
    case .v6:
      self.init(high: UInt64(bigEndian: address.load(at: 8)), low: UInt64(bigEndian: address.load(at: 16)))
    case .unixDomainSocket: return nil
    }
  }
}

extension SocketAddress {
  fileprivate func load<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
    unsafe withSockAddr { address, _ in
      unsafe UnsafeRawPointer(address).loadUnaligned(fromByteOffset: offset, as: Number.self)
    }
  }
}
