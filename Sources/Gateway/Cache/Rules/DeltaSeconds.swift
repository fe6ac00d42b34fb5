/// A number of seconds in a cache directive or Age (RFC 9111, section 1.2.2).
package enum DeltaSeconds {
  /// What larger numbers count as.
  package static let ceiling = 2_147_483_648

  /// Nil for anything but digits. Leading zeros are allowed, and a number of any length.
  package static func parse(_ range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    guard !range.isEmpty else { return nil }
    var value = 0
    for index in range {
      guard let digit = bytes[index].digitValue else { return nil }
      value = min(value * 10 + digit, ceiling)
    }
    return value
  }
}
