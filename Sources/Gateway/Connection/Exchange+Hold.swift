import HTTPWire
import NIOCore

/// A request whose token names a key that may be newer than the key set: it waits for the fetch that tells.
struct HeldRequest {
  let verdict: RequestVerdict
  let peer: ClientPeer
}

extension Exchange {
  private static let holdMilliseconds = 2_000

  func hold(_ verdict: RequestVerdict, in bytes: Span<UInt8>, peer: ClientPeer) -> ExchangeStart {
    guard loop.holds(self) else { return refuse(GatewayError(TokenRefusal.noKeys), of: bytes) }
    let start = loop.requestHead.start
    let target = loop.requestHead.target.path
    held = HeldRequest(verdict: verdict, peer: peer)
    phase = .waiting
    head = loop.takeBuffer()
    head.writeSpan(bytes.extracting(start..<loop.requestHead.length))
    methodLength = loop.requestHead.methodRange.count
    path = target.lowerBound - start..<target.upperBound - start
    loop.set(deadline, inMilliseconds: Self.holdMilliseconds)
    return .forwarded
  }

  /// The fetch is over, whatever came of it.
  func keysSettled(generation: Int) {
    guard generation == self.generation, phase == .waiting, let held else { return }
    self.held = nil
    deadline.clear()
    guard isOfThisPlan else { return fail(GatewayError(TokenRefusal.noKeys)) }
    let bytes = head
    let span = bytes.readableBytesUInt8Span
    guard (try? loop.parseRequest(span)) == true else { return fail(.upstreamClosed) }
    let verdict = loop.decide(again: held.verdict, in: span, since: startedAt)
    switch proceed(verdict, in: span, peer: held.peer) {
    case .forwarded: flushUpstream()
    case .answer(let answer, _): deliver(answer)
    }
  }
}
