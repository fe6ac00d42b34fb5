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
  /// Nil when there is nothing.
  private var gathered: ByteBuffer?
  /// Leaves behind what is gathered; too long to be copied.
  private var tail: ByteBuffer?
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
    sendTail()
    guard bytes.readableBytes > 0 else { return }
    guard (gathered?.readableBytes ?? 0) + bytes.readableBytes <= Self.gatheringLimit else {
      return send(and: bytes)
    }
    gather()
    gathered?.writeImmutableBuffer(bytes)
  }

  func write(_ text: StaticString) {
    sendTail()
    gather()
    gathered?.writeStaticString(text)
  }

  /// Takes over a buffer of the loop's.
  func write(owned bytes: consuming ByteBuffer) {
    guard gathered == nil, tail == nil else { return write(bytes) }
    gathered = bytes
  }

  /// Holds on to bytes that others read too, if nothing is gathered yet.
  func write(lent bytes: ByteBuffer) {
    guard gathered == nil, tail == nil, bytes.readableBytes <= Self.gatheringLimit else {
      return write(bytes)
    }
    gathered = bytes
    isLent = true
  }

  /// Holds on to bytes that somebody keeps anyway, so that long ones too can wait for the end of the tick and wake nobody
  /// before: a piece of a stream must not, because its memory is wanted for the next one.
  func write(kept bytes: ByteBuffer) {
    guard bytes.readableBytes > Self.gatheringLimit, tail == nil else { return write(bytes) }
    tail = bytes
  }

  /// What is gathered leaves at the end of the tick.
  func flush() {
    guard !isDue, gathered != nil || tail != nil || isUnflushed else { return }
    isDue = true
    loop.flushes.add(self)
  }

  func flushNow() {
    isDue = false
    if tail == nil { sendGathered() } else { sendTail() }
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
    if gathered == nil { gathered = loop.takeBuffer() }
    isLent = false
  }

  /// Whether bytes can go to the socket without the channel.
  private var isDirect: Bool { descriptor >= 0 && queued == 0 }

  private func sendTail() {
    if let last = tail.take() { send(and: last) }
  }

  /// Taken out and given back whole where the socket takes all, so that nothing is counted for it.
  private func sendGathered() {
    guard var bytes = gathered.take() else { return }
    let wasLent = isLent
    isLent = false
    guard let context else { return }
    if isDirect {
      let sent = send(bytes)
      if sent == bytes.readableBytes {
        if !wasLent { loop.giveBack(bytes) }
        return
      }
      bytes.moveReaderIndex(forwardBy: sent)
    }
    queue(bytes, context)
  }

  /// Sends what is gathered, and `more` behind it.
  private func send(and more: ByteBuffer) {
    guard let context else { return clear() }
    var more = more
    if isDirect {
      let first = gathered?.readableBytes ?? 0
      let sent = sendBoth(more)
      gathered?.moveReaderIndex(forwardBy: min(sent, first))
      more.moveReaderIndex(forwardBy: max(0, sent - first))
    }
    if let gathered, gathered.readableBytes > 0 { queue(gathered, context) }
    if more.readableBytes > 0 { queue(more, context) }
    clear()
    // Not on the spot: an error would come in the middle of what the caller does.
    flush()
  }

  private func clear() {
    if let bytes = gathered.take(), !isLent { loop.giveBack(bytes) }
    isLent = false
    tail = nil
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
  private func send(_ bytes: borrowing ByteBuffer) -> Int {
    max(
      0,
      unsafe bytes.withUnsafeReadableBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Self.flags)
      })
  }

  private func sendBoth(_ more: ByteBuffer) -> Int {
    guard let gathered else { return send(more) }
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
