/// The address of a client as 128 bits; IPv4 as `::ffff:a.b.c.d`, so that a dual-stack listener and a plain one
/// see the same client.
package struct ClientAddress: Sendable, Hashable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// From the four bytes of an IPv4 address in network order read as one number.
  package init(ipv4: UInt32) {
    self.init(high: 0, low: 0xffff_0000_0000 | UInt64(ipv4))
  }

  package var isIPv4: Bool {
    high == 0 && low >> 32 == 0xffff
  }

  /// What one client is taken to own: an IPv4 address, or the /64 of an IPv6 address, of which anybody
  /// has 2^64.
  package var limitKey: UInt64 {
    isIPv4 ? low : high
  }

  /// Reads an address as text: dotted IPv4 or any form of IPv6 (RFC 4291, section 2.2) without zone and
  /// brackets.
  package init?(_ text: Span<UInt8>, _ range: Range<Int>) {
    if let ipv4 = Self.ipv4(text, range) {
      self.init(ipv4: ipv4)
    } else if let (high, low) = Self.ipv6(text, range) {
      self.init(high: high, low: low)
    } else {
      return nil
    }
  }

  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(bytes.span, 0..<bytes.count)
  }

  private static func ipv4(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32? {
    guard range.count >= 7, range.count <= 15 else { return nil }
    var address: UInt32 = 0
    var octet = -1
    var octets = 1
    for index in range {
      if let digit = text[index].digitValue {
        if octet == 0 { return nil }  // a leading zero: some would read it as octal
        octet = max(octet, 0) * 10 + digit
        if octet > 255 { return nil }
      } else if text[index] == UInt8(ascii: "."), octet >= 0, octets < 4 {
        address = address << 8 | UInt32(octet)
        octet = -1
        octets += 1
      } else {
        return nil
      }
    }
    return octets == 4 && octet >= 0 ? address << 8 | UInt32(octet) : nil
  }

  private static func ipv6(_ text: Span<UInt8>, _ range: Range<Int>) -> (UInt64, UInt64)? {
    guard range.count >= 2, range.count <= 45 else { return nil }
    var groups = IPv6Groups()
    var index = range.lowerBound
    if text[index] == UInt8(ascii: ":") {
      guard text[index + 1] == UInt8(ascii: ":") else { return nil }
      groups.markGap()
      index += 2
    }
    while index < range.upperBound {
      let end = text.firstIndex(of: UInt8(ascii: ":"), in: index..<range.upperBound) ?? range.upperBound
      if end == range.upperBound, let ipv4 = ipv4(text, index..<end) {
        guard groups.append(UInt16(ipv4 >> 16)), groups.append(UInt16(ipv4 & 0xffff)) else { return nil }
        break
      }
      guard let group = hexGroup(text, index..<end), groups.append(group) else { return nil }
      guard end < range.upperBound else { break }
      index = end + 1
      guard index < range.upperBound else { return nil }
      if text[index] == UInt8(ascii: ":") {
        guard groups.markGap() else { return nil }
        index += 1
      }
    }
    return groups.address
  }

  private static func hexGroup(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt16? {
    guard (1...4).contains(range.count) else { return nil }
    var value: UInt16 = 0
    for index in range {
      guard let digit = text[index].hexValue else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }
}

extension ClientAddress: Comparable {
  package static func < (left: ClientAddress, right: ClientAddress) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

/// The groups of an IPv6 address while it is read: those before `::` and those after it.
private struct IPv6Groups {
  private var before: (high: UInt64, low: UInt64) = (0, 0)
  private var after: (high: UInt64, low: UInt64) = (0, 0)
  private var beforeCount = 0
  private var afterCount = 0
  private var hasGap = false

  /// False when there are too many groups.
  mutating func append(_ group: UInt16) -> Bool {
    guard beforeCount + afterCount < 8 else { return false }
    if hasGap {
      after = Self.shifted(after, by: 1)
      after.low |= UInt64(group)
      afterCount += 1
    } else {
      before = Self.shifted(before, by: 1)
      before.low |= UInt64(group)
      beforeCount += 1
    }
    return true
  }

  /// False when there is one already.
  @discardableResult
  mutating func markGap() -> Bool {
    defer { hasGap = true }
    return !hasGap
  }

  var address: (UInt64, UInt64)? {
    guard hasGap else { return beforeCount == 8 ? before : nil }
    guard beforeCount + afterCount < 8 else { return nil }
    let head = Self.shifted(before, by: 8 - beforeCount)
    return (head.high | after.high, head.low | after.low)
  }

  private static func shifted(
    _ value: (high: UInt64, low: UInt64), by groups: Int
  ) -> (high: UInt64, low: UInt64) {
    (0..<groups).reduce(value) { value, _ in
      (value.high << 16 | value.low >> 48, value.low << 16)
    }
  }
}
