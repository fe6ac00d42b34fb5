import HTTPWire
import NIOCore

/// Ways in which a connection ends.
extension HTTP2Connection: DeadlineOwner {
  /// How long and how much a client may go on sending after the end.
  private static let lingerMilliseconds = 2_000
  private static let lingerLimit = 1_048_576
  /// How long the requests that are on their way are waited for after the first GOAWAY.
  static let drainMilliseconds = 1_000
  private static let drainPing: UInt64 = 0x6461_7962_6F6F_6B21

  func deadlinePassed() {
    // Otherwise the kernel would go on offering him what he has not taken, for minutes.
    if !isWritable { context?.resetOnClose() }
    if phase == .ended { return close() }
    if !isWritable {
      loop.http2Metrics.count(HTTP2Error(.noError, .timeout))
      return close()
    }
    if phase == .draining {
      stopTakingStreams()
    } else if waitsForRest {
      fail(HTTP2Error(.enhanceYourCalm, .timeout))
    } else if session.openStreams == 0 {
      leave()
    }
    flush()
  }

  /// The client has broken the protocol, or has asked too much: nothing it sends is read on.
  func fail(_ error: HTTP2Error) {
    guard phase != .ended else { return }
    loop.http2Metrics.count(error)
    leave(error.code)
  }

  /// The process goes down. First the client is told, then, once it must have heard, no more streams are taken; so
  /// no request that is on its way is lost (RFC 9113, 6.8).
  func drain() {
    guard phase == .serving else { return }
    phase = .draining
    takeOutput()
    output.writeGoAway(last: UInt32(HTTP2Settings.largestWindow), .noError)
    output.writePing(Self.drainPing, isAnswer: false)
    // They would go on until the bound of the drain; an EventSource connects again, to who serves then.
    for slot in streams.indices where streams[slot]?.isEventStream == true { reset(slot, .cancel) }
    loop.set(deadline, inMilliseconds: Self.drainMilliseconds)
    flush()
  }

  func abort() {
    flush()
    close()
  }

  func pingAcknowledged(_ value: UInt64) {
    if phase == .draining, value == Self.drainPing { stopTakingStreams() }
  }

  private func stopTakingStreams() {
    phase = .leaving
    session.stopTakingStreams()
    takeOutput()
    output.writeGoAway(last: session.lastTaken, .noError)
    if session.openStreams == 0 { leave() } else { deadline.clear() }
  }

  /// The client has sent GOAWAY: what it has asked for is answered.
  func clientLeaves() {
    if phase == .serving { phase = .leaving }
    if session.openStreams == 0 { leave() }
  }

  func inputEnded() {
    hasInputEnded = true
    if phase == .ended { return close() }
    for slot in streams.indices where streams[slot]?.isRequestWhole == false { reset(slot, .cancel) }
    if session.openStreams == 0 { leave() }
    flush()
  }

  /// Everything is said. Closing with unread bytes in the socket would reset the connection, and the client might
  /// never see why; so where some may come they are read first.
  func leave(_ code: HTTP2ErrorCode = .noError) {
    guard let context, phase != .ended else { return }
    takeOutput()
    output.writeGoAway(last: session.lastTaken, code)
    phase = .ended
    cancelStreams()
    loop.set(deadline, inMilliseconds: max(Self.lingerMilliseconds, loop.timeouts.writeIdleMilliseconds))
    let last = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    last.futureResult.whenComplete { _ in bound.value.outputEnded() }
    let rest = output
    output = ByteBuffer()
    context.writeAndFlush(wrapOutboundOut(rest), promise: last)
  }

  private func outputEnded() {
    guard let context, !hasInputEnded else { return close() }
    loop.set(deadline, inMilliseconds: Self.lingerMilliseconds)
    context.close(mode: .output, promise: nil)
  }

  func dropped(_ count: Int) {
    droppedBytes += count
    if droppedBytes > Self.lingerLimit { close() }
  }

  func close() {
    context?.close(promise: nil)
  }
}
