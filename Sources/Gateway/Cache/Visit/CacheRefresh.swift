import HTTPWire
import NIOCore

/// Nobody: the stream of an exchange that only brings the store up to date.
final class CacheRefresh: ClientStream {
  private var exchange: Exchange?

  init(_ exchange: Exchange) { self.exchange = exchange }

  var takesChunks: Bool { false }
  var isWritable: Bool { true }

  func sendInterim(_ head: ByteBuffer) {}
  func sendHead(_ head: consuming ByteBuffer, framing: MessageFraming) {}
  func sendBody(_ bytes: ByteBuffer) {}
  func flush() {}
  func resumeInput() {}

  func finish() { end() }
  func abort() { end() }

  private func end() {
    exchange?.retire()
    exchange = nil
  }
}
