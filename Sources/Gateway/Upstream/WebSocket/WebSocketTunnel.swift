import NIOCore

/// What an exchange knows of its WebSocket: asked for, and once the server agrees, open. Bytes go both ways as they
/// are; only at the end may one frame of ours be added.
struct WebSocketTunnel {
  /// What the server must answer.
  let accept: [UInt8]
  private(set) var isOpen = false
  private var frames = WebSocketFrames()
  private var closes = false
  /// Our Close has gone out: what the server still sends is nothing to the client.
  private(set) var isClosing = false

  /// How long the client may take to answer our Close.
  static let closeMilliseconds = 5_000

  init(accept: [UInt8]) {
    self.accept = accept
  }

  mutating func opened() { isOpen = true }

  /// Bytes of the server, or none to see whether our Close can go: what of it all goes to the client.
  mutating func pass(_ bytes: ByteBuffer) -> ByteBuffer {
    guard !isClosing else { return ByteBuffer() }
    var bytes = bytes
    let count = frames.follow(bytes.readableBytesUInt8Span, toBoundary: closes)
    var passed = bytes.readSlice(length: count) ?? ByteBuffer()
    if closes, frames.isAtBoundary, !frames.hasClosed {
      isClosing = true
      passed.writeBytes(WebSocketFrames.goingAway)
    }
    return passed
  }

  /// From now on the first end of a frame is the end.
  mutating func close() { closes = true }
}
