import NIOCore

extension ByteBuffer {
  /// Takes in what has come, behind what is not dealt with yet.
  ///
  /// What has been dealt with goes: a peer whose messages never end where a read does must not make the buffer grow with
  /// all that it sends.
  @inline(__always)
  mutating func takeIn(_ bytes: inout ByteBuffer) {
    if readableBytes == 0 {
      self = bytes
    } else {
      discardReadBytes()
      writeBuffer(&bytes)
    }
  }
}
