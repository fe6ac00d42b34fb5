/// The nine bytes before each frame's payload (RFC 9113, 4.1).
package struct HTTP2Frame: Equatable, Sendable {
  package static let headerLength = 9
  /// The largest payload that we take and send: the least that everybody must take (RFC 9113, 4.2).
  package static let maximumLength = 16_384
  /// What a client sends first, with prior knowledge and over TLS alike (RFC 9113, 3.4).
  package static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

  package enum Kind: UInt8, Sendable {
    case data = 0
    case headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let endStream = Flags(rawValue: 0x1)
    package static let acknowledgement = Flags(rawValue: 0x1)
    package static let endHeaders = Flags(rawValue: 0x4)
    package static let padded = Flags(rawValue: 0x8)
    package static let priority = Flags(rawValue: 0x20)
  }

  package let length: Int
  /// Nil for a type that we do not know, which is ignored.
  package let kind: Kind?
  package let flags: Flags
  package let stream: UInt32

  /// Reads the header at `position`, where nine bytes must be.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at position: Int) {
    length =
      Int(bytes[position]) &<< 16 | Int(bytes[position &+ 1]) &<< 8 | Int(bytes[position &+ 2])
    kind = Kind(rawValue: bytes[position &+ 3])
    flags = Flags(rawValue: bytes[position &+ 4])
    stream = bytes.integer(at: position &+ 5) & 0x7FFF_FFFF
  }
}

extension Span<UInt8> {
  /// Four bytes in network order.
  @inline(__always)
  func integer(at position: Int) -> UInt32 {
    UInt32(self[position]) &<< 24 | UInt32(self[position &+ 1]) &<< 16 | UInt32(self[position &+ 2]) &<< 8
      | UInt32(self[position &+ 3])
  }
}
