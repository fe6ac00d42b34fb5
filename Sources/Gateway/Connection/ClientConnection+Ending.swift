import HTTPWire
import NIOCore

/// Ways in which a connection ends.
extension ClientConnection: DeadlineOwner {
  /// How long and how much a client may go on sending after the last answer.
  private static let lingerMilliseconds = 2_000
  private static let lingerLimit = 1_048_576

  func deadlinePassed() {
    // Otherwise the kernel would go on offering him what he has not taken, for minutes.
    if !isWritable { resetOnClose() }
    if isLingering || answer != .none || !isWritable { return close() }
    switch request {
    case .head where isHeadTimed, .relaying:
      refuse(.requestTimeout, isRecorded: exchange.cancel(status: 408))
    case .head, .discarding: close()
    case .received: break
    }
  }

  /// The process goes down: the answer at hand is the last one, or the next one when the head of this one is out
  /// without saying so.
  func drain() {
    if answer == .none, request != .head { closesAfterAnswer = true }
    // Who has just come has not asked yet, and would find that nobody answers.
    let isExpected = loop.hasSuccessor && exchange.generation == 0
    if request == .head, input.readableBytes == 0, !isExpected {
      loop.set(deadline, inMilliseconds: loop.idleMilliseconds)
    }
    if exchange.drain() { return }
    // It would go on until the bound of the drain; an EventSource connects again, to who serves then.
    if answer == .begun, exchange.isEventStream {
      closesAfterAnswer = true
      if !exchange.endFanOut() { close() }
    }
  }

  /// Everything is said. Closing with unread bytes in the socket would reset the connection, and the client might
  /// never see the answer; so where some may come they are read first.
  func endConnection() {
    guard context != nil else { return }
    isLingering = true
    let mustLinger = !hasInputEnded && (request != .received || input.readableBytes > 0)
    input = ByteBuffer()
    loop.set(deadline, inMilliseconds: max(Self.lingerMilliseconds, loop.timeouts.writeIdleMilliseconds))
    output.whenEmpty { self.outputEnded(mustLinger: mustLinger) }
  }

  private func outputEnded(mustLinger: Bool) {
    guard let context, mustLinger, !hasInputEnded else { return close() }
    bodyBytes = 0
    loop.set(deadline, inMilliseconds: Self.lingerMilliseconds)
    context.close(mode: .output, promise: nil)
  }

  func dropWhileLingering(_ count: Int) {
    bodyBytes += count
    if bodyBytes > Self.lingerLimit { close() }
  }

  func close() {
    context?.close(promise: nil)
  }

  func resetOnClose() { context?.resetOnClose() }
}
