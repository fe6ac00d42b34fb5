/// What the handshake of a connection came to.
final class TLSFacts: Sendable {
  /// The certificates of the time.
  let certificates: CertificateSet
  /// Place of the one that was shown.
  let place: Int
  /// What the client asked for, in lower case; nil when it named nobody.
  let serverName: String?
  private let nameBytes: [UInt8]

  init(_ certificates: CertificateSet, serverName: String?) {
    let name = serverName.map(ServerName.normalized)
    self.certificates = certificates
    self.serverName = name
    place = name.map { certificates.place(for: $0) } ?? certificates.fallback
    nameBytes = name.map { Array($0.utf8) } ?? []
  }

  /// Whether a request for `host` belongs on this connection (RFC 9110, 7.4): it is for the name that was asked for,
  /// or for another one of the certificate that was shown. A client that named nobody may ask for whatever the
  /// default certificate serves.
  ///
  /// - Parameter host: the range of a host, maybe with a port.
  func accepts(_ host: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    let name = Self.withoutPort(host, in: bytes)
    if !nameBytes.isEmpty, isOwnName(name, in: bytes) { return true }
    if certificates.certificates[place].names.isEmpty { return true }
    let text = ServerName.normalized(bytes.extracting(name).text)
    return certificates.covers(place, text) || serverName == nil && certificates.place(for: text) == place
  }

  private func isOwnName(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard range.count == nameBytes.count else { return false }
    for offset in 0..<range.count {
      var byte = bytes[range.lowerBound + offset]
      if byte &- 0x41 < 26 { byte |= 0x20 }
      if byte != nameBytes[offset] { return false }
    }
    return true
  }

  /// Without port; the brackets of an IPv6 address stay.
  static func withoutPort(_ host: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
    var end = host.upperBound
    while end > host.lowerBound, bytes[end - 1] &- 0x30 < 10 { end -= 1 }
    guard end > host.lowerBound, bytes[end - 1] == UInt8(ascii: ":") else { return host }
    return host.lowerBound..<end - 1
  }
}
