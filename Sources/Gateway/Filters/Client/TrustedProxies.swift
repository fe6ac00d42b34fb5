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
    walk(peer, fields, in: bytes).client
  }

  /// Whether the client came by https, by the same family of fields that says who it is; nil when our balancers say
  /// nothing about it, or the peer is none of them.
  package func isSecure(
    peer: ClientAddress, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> Bool? {
    if blocks.isEmpty { return nil }
    switch field {
    case .xForwardedFor:
      guard let proto = fields.value(.xForwardedProto), trusts(peer) else { return nil }
      return bytes.extracting(proto).equals("https")
    case .forwarded:
      guard let element = walk(peer, fields, in: bytes).element else { return nil }
      return ForwardedNode.proto(bytes, element).map { bytes.extracting($0).equalsIgnoringCase("https") }
    }
  }

  /// - Returns: the client, and the entry with which the walk ended: what our outermost balancer has written.
  private func walk(
    _ peer: ClientAddress, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>
  ) -> (client: ClientAddress, element: Range<Int>?) {
    if blocks.isEmpty { return (peer, nil) }
    let name: FieldName = field == .forwarded ? .forwarded : .xForwardedFor
    guard fields.contains(name), trusts(peer) else { return (peer, nil) }
    var client = peer
    var last: Range<Int>?
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
        end = start - 1
        guard hops < Self.hops else { return (client, last) }
        hops += 1
        // An empty element is none (RFC 9110, 5.6.1); a balancer that has nothing to say ends the walk.
        if element.isEmpty, !value.isEmpty { continue }
        last = element
        guard let hop = address(bytes, element) else { return (client, last) }
        client = hop
        guard trusts(hop) else { return (client, last) }
      } while end >= value.lowerBound
    }
    return (client, last)
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
