import Glibc
import NIOCore

/// What a connection writes: gathered, and sent in one system call at the end of the loop's tick. On its loop only.
///
/// Nobody is woken before all that was readable has been dealt with, so that one wake-up is for many requests; and
/// while the channel has nothing of ours in its queue, the bytes go to the socket without it. Whatever the socket
/// does not take at once, and every error, is the channel's.
final class SocketOutput {
  /// Up to here copying a piece behind others is cheaper than another system call.
  private static let gatheringLimit = 8_192

  private let loop: GatewayLoop
  private var context: ChannelHandlerContext?
  /// The channel's socket; -1 where bytes must pass other handlers first, or the channel has closed it.
  private var descriptor: Int32 = -1
  private var gathered = ByteBuffer()
  /// Somebody else goes on reading what was gathered.
  private var isLent = false
  /// Writes that the channel still has.
  private var queued = 0
  /// The channel has something that it was not told to send.
  private var isUnflushed = false
  private var isDue = false

  init(on loop: GatewayLoop) {
    self.loop = loop
  }

  /// - Parameter isDirect: no handler stands between this one and the socket.
  func open(_ context: ChannelHandlerContext, isDirect: Bool) {
    self.context = context
    guard isDirect else { return }
    descriptor =
      (try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        $0
      })
      ?? -1
  }

  /// The socket is closed, and its number may be another's from now on.
  func socketClosed() { descriptor = -1 }

  /// Nothing more leaves.
  func close() {
    descriptor = -1
    context = nil
    clear()
  }

  /// Gathers a copy; what is too long for that leaves at once, behind what is there.
  func write(_ bytes: ByteBuffer) {
    guard gathered.readableBytes + bytes.readableBytes <= Self.gatheringLimit else { return send(and: bytes) }
    gather()
    gathered.writeImmutableBuffer(bytes)
  }

  func write(_ text: StaticString) {
    gather()
    gathered.writeStaticString(text)
  }

  /// Takes over a buffer of the loop's.
  func write(owned bytes: consuming ByteBuffer) {
    if gathered.readableBytes == 0 { take(bytes) } else { write(bytes) }
  }

  /// Holds on to bytes that others read too, if nothing is gathered yet.
  func write(lent bytes: ByteBuffer) {
    guard gathered.readableBytes == 0, bytes.readableBytes <= Self.gatheringLimit else { return write(bytes) }
    clear()
    gathered = bytes
    isLent = true
  }

  /// What is gathered leaves at the end of the tick.
  func flush() {
    guard !isDue, gathered.readableBytes > 0 || isUnflushed else { return }
    isDue = true
    loop.flushes.add(self)
  }

  func flushNow() {
    isDue = false
    if gathered.readableBytes > 0 { send(and: ByteBuffer()) }
    guard isUnflushed else { return }
    isUnflushed = false
    context?.flush()
  }

  /// Calls `body` when all has left, or cannot.
  func whenEmpty(_ body: @escaping () -> Void) {
    flushNow()
    guard let context else { return body() }
    if descriptor >= 0, queued == 0 { return body() }
    let last = context.eventLoop.makePromise(of: Void.self)
    last.futureResult.assumeIsolated().whenComplete { _ in body() }
    context.writeAndFlush(NIOAny(ByteBuffer()), promise: last)
  }

  /// Something of ours is about to be written behind what is there; what was lent is copied by that.
  private func gather() {
    if gathered.readableBytes == 0 { take(loop.takeBuffer()) }
    isLent = false
  }

  private func take(_ buffer: consuming ByteBuffer) {
    clear()
    gathered = buffer
  }

  private func clear() {
    if !isLent { loop.giveBack(gathered) }
    isLent = false
    gathered = ByteBuffer()
  }

  /// Sends what is gathered, and `more` behind it.
  private func send(and more: ByteBuffer) {
    guard let context else { return clear() }
    var more = more
    if descriptor >= 0, queued == 0 {
      let sent = more.readableBytes == 0 ? sendGathered() : sendBoth(more)
      let first = min(sent, gathered.readableBytes)
      gathered.moveReaderIndex(forwardBy: first)
      more.moveReaderIndex(forwardBy: sent - first)
    }
    if gathered.readableBytes > 0 { queue(gathered, context) }
    if more.readableBytes > 0 { queue(more, context) }
    clear()
    // Not on the spot: an error would come in the middle of what the caller does.
    flush()
  }

  private func queue(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    isUnflushed = true
    guard descriptor >= 0 else { return context.write(NIOAny(bytes), promise: nil) }
    queued += 1
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { _ in self.queued -= 1 }
    context.write(NIOAny(bytes), promise: promise)
  }

  private static let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)

  /// How much the socket took.
  private func sendGathered() -> Int {
    max(
      0,
      unsafe gathered.withUnsafeReadableBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Self.flags)
      })
  }

  private func sendBoth(_ more: ByteBuffer) -> Int {
    let sent = unsafe gathered.withUnsafeReadableBytes { first in
      unsafe more.withUnsafeReadableBytes { second in
        let parts = unsafe (
          iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
          iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
        )
        return unsafe withUnsafePointer(to: parts) { pointer in
          var message = unsafe msghdr()
          unsafe message.msg_iov = UnsafeMutableRawPointer(mutating: pointer).assumingMemoryBound(
            to: iovec.self)
          unsafe message.msg_iovlen = 2
          return unsafe sendmsg(descriptor, &message, Self.flags)
        }
      }
    }
    return max(0, sent)
  }
}
