package import NIOCore

/// The id under which one request is found in every log: the client's own when it is well-formed, else a new one.
package enum RequestID {
  /// Whether a client's id is taken over: 8 to 128 of `A-Za-z0-9._:-` (api.md, section 5).
  package static func isWellFormed(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard (8...128).contains(value.count) else { return false }
    return value.allSatisfy { isAllowed(bytes[$0]) }
  }

  private static let length = 26

  /// Writes a new id: 26 letters and digits from 128 random bits.
  package static func write(
    into buffer: inout ByteBuffer, using random: inout some RandomNumberGenerator
  ) {
    var bits = random.next()
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { letters in
      for index in 0..<length {
        if index == length / 2 { bits = random.next() }
        let digit = UInt8(truncatingIfNeeded: bits & 31)
        unsafe letters[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        bits >>= 5
      }
      return length
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
