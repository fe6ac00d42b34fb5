import Glibc

/// An address as a URL or a resolver names it, and whether it lies in the public internet: what a server may call on
/// somebody's behalf. Pure, so that the addresses of a name can be judged again when it is resolved.
enum IPAddress: Sendable, Equatable {
  case v4(UInt32)
  /// Sixteen bytes.
  case v6([UInt8])

  /// Reads whatever some program would take for an address: `127.0.0.1`, `127.1`, `0x7f000001`, `017700000001`,
  /// `2130706433`, and IPv6 with or without brackets.
  init?(_ text: String) {
    if let number = Self.v4(text) {
      self = .v4(number)
    } else if let bytes = Self.v6(text) {
      self = .v6(bytes)
    } else {
      return nil
    }
  }

  /// Whether it can be reached from anywhere: not this machine, its network, a documentation, or a provider's inside
  /// (IANA's registries of special-purpose addresses).
  var isPublic: Bool {
    switch self {
    case .v4(let number): Self.isPublic(number)
    case .v6(let bytes): Self.isPublic(bytes)
    }
  }

  // MARK: Judging

  private static let specialV4: [(network: UInt32, bits: UInt32)] = [
    (0x0000_0000, 8),  // 0.0.0.0/8: this host
    (0x0A00_0000, 8),  // 10.0.0.0/8: private
    (0x6440_0000, 10),  // 100.64.0.0/10: between a provider and his customers
    (0x7F00_0000, 8),  // 127.0.0.0/8: loopback
    (0xA9FE_0000, 16),  // 169.254.0.0/16: link-local, metadata of clouds
    (0xAC10_0000, 12),  // 172.16.0.0/12: private
    (0xC000_0000, 24),  // 192.0.0.0/24: protocol assignments
    (0xC000_0200, 24),  // 192.0.2.0/24: documentation
    (0xC058_6300, 24),  // 192.88.99.0/24: 6to4 relays of old
    (0xC0A8_0000, 16),  // 192.168.0.0/16: private
    (0xC612_0000, 15),  // 198.18.0.0/15: benchmarks
    (0xC633_6400, 24),  // 198.51.100.0/24: documentation
    (0xCB00_7100, 24),  // 203.0.113.0/24: documentation
    (0xE000_0000, 4),  // 224.0.0.0/4: multicast
    (0xF000_0000, 4),  // 240.0.0.0/4: reserved, broadcast
  ]

  private static func isPublic(_ address: UInt32) -> Bool {
    !specialV4.contains { address >> (32 - $0.bits) == $0.network >> (32 - $0.bits) }
  }

  private static func isPublic(_ bytes: [UInt8]) -> Bool {
    // IPv4 in another dress is judged by what is inside: mapped (::ffff:0:0/96), and translated (64:ff9b::/96), which
    // is what names resolve to where a network speaks IPv6 only.
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
    if bytes.starts(with: mapped) || bytes.starts(with: translated) {
      return isPublic(bytes[12...].reduce(0) { $0 << 8 | UInt32($1) })
    }
    // Only 2000::/3 is given out to the world; the rest is loopback, link-local, unique local, multicast and unused.
    guard bytes[0] & 0xE0 == 0x20 else { return false }
    // In it: protocol assignments with Teredo (2001::/23), documentation (2001:db8::/32, 3fff::/20), 6to4 (2002::/16).
    if bytes[0] == 0x20, bytes[1] == 0x01, bytes[2] < 2 { return false }
    if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x20, 0x02]) { return false }
    return !(bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] & 0xF0 == 0)
  }

  // MARK: Reading

  /// The forms of inet_aton: one to four numbers, decimal, octal or hexadecimal, the last of which fills the rest.
  private static func v4(_ text: String) -> UInt32? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard 1...4 ~= parts.count else { return nil }
    let numbers = parts.compactMap(number)
    guard numbers.count == parts.count, let last = numbers.last else { return nil }
    let leading = numbers.dropLast()
    guard leading.allSatisfy({ $0 <= 255 }), last >> (8 * (5 - UInt64(parts.count))) == 0 else { return nil }
    let high = leading.enumerated().reduce(UInt64(0)) { $0 | $1.element << (24 - 8 * UInt64($1.offset)) }
    return UInt32(high | last)
  }

  private static func number(_ digits: Substring.UTF8View) -> UInt64? {
    let text = Substring(digits)
    guard !text.isEmpty, text.utf8.count <= 16, text.utf8.first != UInt8(ascii: "+"), !text.hasPrefix("-")
    else {
      return nil
    }
    if text.lowercased().hasPrefix("0x") {
      return text.utf8.count == 2 ? 0 : UInt64(text.dropFirst(2), radix: 16)
    }
    return UInt64(text, radix: text.hasPrefix("0") ? 8 : 10)
  }

  /// inet_pton: RFC 4291 without a zone, which means something on one machine only.
  private static func v6(_ text: String) -> [UInt8]? {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]") && text.utf8.count > 2
    let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
    guard bare.utf8.count <= 45, !bare.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let found = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(AF_INET6, bare, $0.baseAddress) }
    return found == 1 ? bytes : nil
  }
}
