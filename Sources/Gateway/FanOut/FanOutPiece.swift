import NIOCore

/// Some events, written once for all who get them: the bytes are shared, and never change.
struct FanOutPiece: Sendable {
  let bytes: ByteBuffer
  /// With the frame of a chunk around (RFC 9112, 7.1), for clients of HTTP/1.1.
  let chunk: ByteBuffer

  init(_ bytes: ByteBuffer) {
    self.bytes = bytes
    let size = String(bytes.readableBytes, radix: 16)
    var chunk = ByteBufferAllocator().buffer(capacity: size.utf8.count + bytes.readableBytes + 4)
    chunk.writeString(size)
    chunk.writeStaticString("\r\n")
    chunk.writeImmutableBuffer(bytes)
    chunk.writeStaticString("\r\n")
    self.chunk = chunk
  }

  init(_ text: String) { self.init(ByteBuffer(string: text)) }

  /// The first word to everybody.
  static let listening = FanOutPiece(": listening\n\n")
  /// Nothing has happened for a while.
  static let quiet = FanOutPiece(":\n\n")
  /// The end of a chunked body.
  static let lastChunk = ByteBuffer(string: "0\r\n\r\n")
}
