package import HTTPWire

/// Finds the client behind balancers that are ours. What a client writes into a forwarding field himself stands
/// left of what our balancers add, and is never reached.
package struct TrustedProxies: Sendable {
  /// The field that our balancers write. Only one is looked at: a balancer passes the other on as the client
  /// sent it.
  package enum Field: String, Sendable, CaseIterable {
    case xForwardedFor = "x-forwarded-for"
    case forwarded
  }

  private let blocks: AddressSet
  private let field: Field
  /// A longer chain than anybody has is not walked.
  private static let hops = 16

  package init(_ blocks: [AddressBlock], field: Field = .xForwardedFor) {
    self.blocks = AddressSet(blocks)
    self.field = field
  }

  /// Whether the peer may say for whom it speaks.
  package func trusts(_ peer: ClientAddress) -> Bool {
    blocks.contains(peer)
  }

  /// The client: the peer when it is not trusted, else the last address of the field that is not trusted. An
  /// entry that cannot be read ends the walk at the trusted hop that wrote it. Several lines are one list.
  package func client(
    peer: ClientAddress, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> ClientAddress {
    if blocks.isEmpty { return peer }
    let name: FieldName = field == .forwarded ? .forwarded : .xForwardedFor
    guard fields.contains(name), trusts(peer) else { return peer }
    var client = peer
    var hops = 0
    var line = fields.count
    while line > 0 {
      line -= 1
      guard fields[line].name == name else { continue }
      let value = fields[line].valueRange
      var end = value.upperBound
      repeat {
        let start = elementStart(bytes, value.lowerBound, end)
        let element = bytes.trimmed(start..<end)
        guard hops < Self.hops, let hop = address(bytes, element) else { return client }
        hops += 1
        client = hop
        guard trusts(hop) else { return client }
        end = start - 1
      } while end >= value.lowerBound
    }
    return client
  }

  private func address(_ bytes: Span<UInt8>, _ element: Range<Int>) -> ClientAddress? {
    switch field {
    case .xForwardedFor: ForwardedNode.address(bytes, element)
    case .forwarded: ForwardedNode.forwardedFor(bytes, element)
    }
  }

  /// A comma in quotes ends an element too: an address has none, so that what is cut is not read.
  private func elementStart(_ bytes: Span<UInt8>, _ lower: Int, _ end: Int) -> Int {
    var start = end
    while start > lower, bytes[start - 1] != UInt8(ascii: ",") { start -= 1 }
    return start
  }
}
