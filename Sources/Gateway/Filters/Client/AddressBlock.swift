/// A block of addresses in CIDR form, `10.0.0.0/8` or `2001:db8::/32`; a plain address is a block of one.
package struct AddressBlock: Sendable, Hashable {
  private let address: ClientAddress
  /// Counted in the 128 bits.
  private let prefixLength: Int

  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = ClientAddress(String(parts[0])) else { return nil }
    // `::ffff:10.0.0.0/104` is written in the 128 bits.
    let width = address.isIPv4 && !parts[0].contains(":") ? 32 : 128
    var length = width
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...width).contains(given), parts[1].utf8.first?.digitValue != nil
      else { return nil }
      length = given
    }
    prefixLength = length + 128 - width
    self.address = Self.masked(address, prefixLength)
  }

  package func contains(_ other: ClientAddress) -> Bool {
    Self.masked(other, prefixLength) == address
  }

  /// The first and the last address of it.
  package var bounds: ClosedRange<ClientAddress> {
    let last = ClientAddress(
      high: address.high | ~Self.mask(min(prefixLength, 64)),
      low: address.low | ~Self.mask(max(prefixLength - 64, 0)))
    return address...last
  }

  private static func masked(_ address: ClientAddress, _ length: Int) -> ClientAddress {
    ClientAddress(
      high: address.high & mask(min(length, 64)),
      low: address.low & mask(max(length - 64, 0)))
  }

  private static func mask(_ bits: Int) -> UInt64 {
    bits == 0 ? 0 : UInt64.max << UInt64(64 - bits)
  }
}
