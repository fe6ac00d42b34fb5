/// Whose budget it is.
package struct RateLimitKey: Sendable, Equatable {
  package enum Kind: UInt8, Sendable {
    case ipv4 = 4
    case ipv6 = 6
    case subject
    case apiKey
    case header
    /// No such field was sent.
    case noHeader
    case route
  }

  package let kind: Kind
  /// The address, or the identity of a text.
  package let value: UInt64

  package init(_ kind: Kind, _ value: UInt64) {
    self.kind = kind
    self.value = value
  }

  package init(_ client: ClientAddress) {
    self.init(client.isIPv4 ? .ipv4 : .ipv6, client.limitKey)
  }
}
