/// The address in text, for log lines and forwarding fields.
extension ClientAddress: CustomStringConvertible {
  package var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends dotted IPv4, or IPv6 as RFC 5952 writes it, without brackets.
  package func append(to bytes: inout [UInt8]) {
    isIPv4 ? appendIPv4(to: &bytes) : appendIPv6(to: &bytes)
  }

  private func appendIPv4(to bytes: inout [UInt8]) {
    for shift in stride(from: 24, through: 0, by: -8) {
      bytes.appendDecimal(Int(low >> UInt64(shift) & 0xff))
      if shift > 0 { bytes.append(UInt8(ascii: ".")) }
    }
  }

  private func appendIPv6(to bytes: inout [UInt8]) {
    let gap = longestZeroRun
    var index = 0
    while index < 8 {
      if index == gap.lowerBound, gap.count > 1 {
        bytes.append(UInt8(ascii: ":"))
        if index == 0 || gap.upperBound == 8 { bytes.append(UInt8(ascii: ":")) }
        index = gap.upperBound
        continue
      }
      bytes.appendHex(group(index))
      index += 1
      if index < 8, !(index == gap.lowerBound && gap.count > 1 && gap.upperBound == 8) {
        bytes.append(UInt8(ascii: ":"))
      }
    }
  }

  private func group(_ index: Int) -> UInt16 {
    let half = index < 4 ? high : low
    return UInt16(truncatingIfNeeded: half >> UInt64(48 - (index & 3) * 16))
  }

  private var longestZeroRun: Range<Int> {
    var best = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || group(index) != 0 {
      if index - start > best.count { best = start..<index }
      start = index + 1
    }
    return best
  }
}

extension [UInt8] {
  /// Appends `value`, which is not negative, in decimal.
  package mutating func appendDecimal(_ value: Int) {
    if value >= 10 { appendDecimal(value / 10) }
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }

  /// The same with zeros before it, `digits` long.
  package mutating func appendDecimal(_ value: Int, digits: Int) {
    if digits > 1 { appendDecimal(value / 10, digits: digits - 1) }
    append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
  }

  fileprivate mutating func appendHex(_ value: UInt16) {
    if value >= 16 { appendHex(value >> 4) }
    let digit = UInt8(truncatingIfNeeded: value & 15)
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }
}
