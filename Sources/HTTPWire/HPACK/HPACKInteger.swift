/// Integers with a prefix (RFC 7541, 5.1).
enum HPACKInteger {
  /// Over every length and index that can be meant; refused, so that nothing overflows.
  private static let limit = 1 << 24

  /// Reads the integer whose prefix has `bits` bits of the byte at `position`, and moves behind it.
  @inline(__always)
  static func read(_ bytes: Span<UInt8>, at position: inout Int, bits: Int) throws(HPACKError) -> Int {
    guard position < bytes.count else { throw .truncated }
    let mask = (1 &<< bits) &- 1
    let value = Int(bytes[position]) & mask
    position &+= 1
    return value < mask ? value : try readRest(bytes, at: &position, from: value)
  }

  private static func readRest(
    _ bytes: Span<UInt8>, at position: inout Int, from start: Int
  ) throws(HPACKError) -> Int {
    var value = start
    var shift = 0
    while true {
      guard position < bytes.count else { throw .truncated }
      let byte = bytes[position]
      position += 1
      guard shift <= 21 else { throw .integer }
      value += Int(byte & 0x7F) << shift
      guard value <= limit else { throw .integer }
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
  }

  /// Writes `value` below the bits of `pattern`.
  @inline(__always)
  static func write(_ value: Int, bits: Int, pattern: UInt8, into writer: inout ByteWriter) {
    let mask = (1 &<< bits) &- 1
    if value < mask {
      writer.append(pattern | UInt8(truncatingIfNeeded: value))
      return
    }
    writer.append(pattern | UInt8(truncatingIfNeeded: mask))
    var rest = value &- mask
    while rest >= 128 {
      writer.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    writer.append(UInt8(truncatingIfNeeded: rest))
  }
}
