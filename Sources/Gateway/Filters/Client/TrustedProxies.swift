/// Finds the client behind balancers that are ours. What a client writes into `X-Forwarded-For` himself stands
/// left of what our balancers add, and is never reached.
package struct TrustedProxies: Sendable {
  private let blocks: [AddressBlock]
  /// A longer chain than anybody has is not walked.
  private static let hops = 16

  package init(_ blocks: [AddressBlock]) {
    self.blocks = blocks
  }

  /// Whether the peer may say for whom it speaks.
  package func trusts(_ peer: ClientAddress) -> Bool {
    blocks.contains { $0.contains(peer) }
  }

  /// The client: the peer when it is not trusted, else the last address of the field that is not trusted. An
  /// entry that cannot be read ends the walk at the trusted hop that wrote it.
  ///
  /// - Parameter forwardedFor: the value of the last `X-Forwarded-For` line.
  package func client(
    peer: ClientAddress, forwardedFor: Range<Int>?, in bytes: Span<UInt8>
  ) -> ClientAddress {
    guard let forwardedFor, !blocks.isEmpty, trusts(peer) else { return peer }
    var client = peer
    var end = forwardedFor.upperBound
    for _ in 0..<Self.hops where end > forwardedFor.lowerBound {
      var start = end
      while start > forwardedFor.lowerBound, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
      guard let hop = ClientAddress(bytes, bytes.trimmed(start..<end)) else { return client }
      client = hop
      guard trusts(hop) else { return client }
      end = max(start - 1, forwardedFor.lowerBound)
    }
    return client
  }
}
