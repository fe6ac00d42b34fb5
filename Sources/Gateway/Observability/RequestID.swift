internal import HTTPWire
package import NIOCore

/// The id under which one request is found in every log: the client's own when it is well-formed, else a new one.
package enum RequestID {
  /// Whether a client's id is taken over: 8 to 128 of `A-Za-z0-9._:-` (api.md, section 5).
  package static func isWellFormed(_ value: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard (8...128).contains(value.count) else { return false }
    return value.allSatisfy { isAllowed(bytes[$0]) }
  }

  private static let length = 26

  /// Writes a new id: 26 letters and digits of five random bits each.
  package static func write(
    into buffer: inout ByteBuffer, using random: inout some RandomNumberGenerator
  ) {
    // Whole words are written; what is over the length is not counted.
    unsafe buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 32) { memory in
      var writer = unsafe ByteWriter(memory)
      while writer.count < length { writer.append(digits: random.next() & 0x1F1F_1F1F_1F1F_1F1F) }
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
