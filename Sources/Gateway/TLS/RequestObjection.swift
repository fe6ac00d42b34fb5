import HTTPWire
import NIOCore

/// What a connection itself has to say about a request, whatever its route.
extension ClientPeer {
  /// Nil when there is nothing to be said.
  ///
  /// - Parameters:
  ///   - isSecure: the client came by https to a balancer of ours.
  func objection(
    to head: borrowing RequestHead, in bytes: Span<UInt8>, isSecure: Bool
  ) -> RequestVerdict.Action? {
    let host = head.host ?? head.target.authority
    if let tls, let host, !tls.accepts(host, in: bytes) { return .refuse(.misdirected) }
    if let port = listener.redirectToHTTPS, !isSecure, head.target.form != .asterisk,
      !Self.isChallenge(head.target.path, in: bytes)
    {
      guard let host, !host.isEmpty else { return .refuse(.httpsNeedsHost) }
      return .answer(Self.redirect(to: port, host, head.target, in: bytes))
    }
    return nil
  }

  /// Whether `objection` is worth asking for.
  var mayObject: Bool { tls != nil || listener.redirectToHTTPS != nil }

  /// Certificates are renewed by challenges over plain HTTP (RFC 8555, 8.3).
  private static func isChallenge(_ path: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    bytes.extracting(path).hasPrefix("/.well-known/acme-challenge/")
  }

  private static func redirect(
    to port: Int, _ host: Range<Int>, _ target: RequestTarget, in bytes: Span<UInt8>
  ) -> LocalAnswer {
    var head = ByteBuffer()
    head.writeStatusLine(308)
    head.writeStaticString("Location: https://")
    head.writeSpan(bytes.extracting(TLSFacts.withoutPort(host, in: bytes)))
    if port != 443 { head.writeString(":\(port)") }
    if target.path.isEmpty { head.writeStaticString("/") }
    head.writeSpan(bytes.extracting(target.path))
    if let query = target.query {
      head.writeStaticString("?")
      head.writeSpan(bytes.extracting(query))
    }
    head.writeStaticString("\r\nContent-Length: 0\r\n")
    return LocalAnswer(status: 308, head: head)
  }
}
