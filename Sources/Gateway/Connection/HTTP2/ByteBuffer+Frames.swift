import HTTPWire
import NIOCore

/// Frames as they are written (RFC 9113, 4.1 and 6).
extension ByteBuffer {
  mutating func writeFrame(
    _ kind: HTTP2Frame.Kind, _ flags: HTTP2Frame.Flags = [], length: Int, stream: UInt32
  ) {
    writeMultipleIntegers(
      UInt32(truncatingIfNeeded: length) &<< 8 | UInt32(kind.rawValue), flags.rawValue, stream)
  }

  /// Writes a length into a frame that begins at `start`, once its payload is known.
  mutating func setFrame(
    at start: Int, _ kind: HTTP2Frame.Kind, _ flags: HTTP2Frame.Flags, length: Int, stream: UInt32
  ) {
    setInteger(UInt32(truncatingIfNeeded: length) &<< 8 | UInt32(kind.rawValue), at: start)
    setInteger(flags.rawValue, at: start &+ 4)
    setInteger(stream, at: start &+ 5)
  }

  mutating func writeReset(stream: UInt32, _ code: HTTP2ErrorCode) {
    writeFrame(.resetStream, length: 4, stream: stream)
    writeInteger(code.rawValue)
  }

  mutating func writeWindowUpdate(stream: UInt32, _ increment: Int) {
    writeFrame(.windowUpdate, length: 4, stream: stream)
    writeInteger(UInt32(truncatingIfNeeded: increment))
  }

  mutating func writePing(_ value: UInt64, isAnswer: Bool) {
    writeFrame(.ping, isAnswer ? .acknowledgement : [], length: 8, stream: 0)
    writeInteger(value)
  }

  mutating func writeGoAway(last: UInt32, _ code: HTTP2ErrorCode) {
    writeFrame(.goAway, length: 8, stream: 0)
    writeMultipleIntegers(last, code.rawValue)
  }

  /// Our settings, and more room for all streams together than a connection has by itself.
  mutating func writeGreeting(streams: Int, headerList: Int) {
    writeFrame(.settings, length: HTTP2Settings.ownLength, stream: 0)
    unsafe writeWithUnsafeMutableBytes(minimumWritableBytes: HTTP2Settings.ownLength) { memory in
      var writer = unsafe ByteWriter(memory)
      HTTP2Settings.write(streams: streams, headerList: headerList, into: &writer)
      return writer.count
    }
    writeWindowUpdate(stream: 0, HTTP2Session.connectionWindow - HTTP2Settings.defaultWindow)
  }
}
