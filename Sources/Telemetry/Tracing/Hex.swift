/// Lower-case hexadecimal digits, the only ones that a `traceparent` may hold.
enum Hex {
  static func write(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 60, through: 0, by: -4) {
      bytes.append(digit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 0xF))
    }
  }

  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  /// The value of up to 16 digits that start at `offset`, or `nil` if one of them is no digit.
  static func value(in bytes: Span<UInt8>, at offset: Int, digits: Int) -> UInt64? {
    var value: UInt64 = 0
    for index in offset..<offset + digits {
      guard let digit = Self.value(of: bytes[index]) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func value(of digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}
