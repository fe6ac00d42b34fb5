/// What we tell a client about ourselves, and what it has told us (RFC 9113, 6.5).
package enum HTTP2Settings {
  enum Identifier: UInt16 {
    case headerTableSize = 1
    case enablePush, maxConcurrentStreams, initialWindowSize, maxFrameSize, maxHeaderListSize
  }

  /// Bytes of one setting.
  static let length = 6
  package static let defaultWindow = 65_535
  package static let largestWindow = 0x7FFF_FFFF

  /// Writes our own: what is left out keeps its default. Larger windows are not offered: what has been taken and
  /// cannot go on is held in memory.
  package static func write(streams: Int, headerList: Int, into writer: inout ByteWriter) {
    append(.maxConcurrentStreams, UInt32(streams), to: &writer)
    append(.maxHeaderListSize, UInt32(headerList), to: &writer)
  }

  /// Bytes that ``write(streams:headerList:into:)`` takes.
  package static let ownLength = 2 * length

  private static func append(_ name: Identifier, _ value: UInt32, to writer: inout ByteWriter) {
    for byte in [name.rawValue.bigEndian] { append(bytesOf: byte, to: &writer) }
    for shift in [24, 16, 8, 0] as [UInt32] { writer.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  private static func append(bytesOf value: UInt16, to writer: inout ByteWriter) {
    writer.append(UInt8(truncatingIfNeeded: value))
    writer.append(UInt8(truncatingIfNeeded: value >> 8))
  }
}
