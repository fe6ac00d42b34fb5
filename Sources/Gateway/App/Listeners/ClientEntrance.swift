import NIOCore
import NIOSSL
import Telemetry

/// A connection on its way to its first request: it reads the PROXY header, then shakes hands, within one time
/// limit, then goes. Listeners that ask for neither do without. On its loop only.
final class ClientEntrance: DeadlineOwner {
  let loop: GatewayLoop
  /// Place among the loop's entrances; theirs to change.
  var place = 0
  private let channel: any Channel
  private var peer: ClientPeer
  private var isOver = false
  private let deadline = Deadline()

  /// The start of every client connection.
  static func accept(
    _ channel: any Channel, on loop: GatewayLoop, _ facts: ListenerFacts
  ) -> EventLoopFuture<Void> {
    let peer = ClientPeer(channel.remoteAddress, on: facts)
    guard facts.admin != nil || loop.hasRoom, !facts.hasEntrance || loop.entrances.hasRoom,
      facts.admin != nil || loop.admits(channel, of: peer.address)
    else {
      loop.metrics.refused.increment()
      return channel.close()
    }
    return channel.eventLoop.makeCompletedFuture {
      guard facts.hasEntrance else {
        return try ClientProtocol.start(nil, on: channel, loop: loop, peer: peer)
      }
      try ClientEntrance(channel, on: loop, peer).begin()
    }
  }

  private init(_ channel: any Channel, on loop: GatewayLoop, _ peer: ClientPeer) {
    self.channel = channel
    self.loop = loop
    self.peer = peer
    deadline.owner = self
  }

  private func begin() throws {
    loop.entrances.add(self)
    loop.set(deadline, inMilliseconds: loop.timeouts.handshakeMilliseconds)
    guard peer.listener.configuration.proxyProtocol else { return try shakeHands() }
    guard peer.listener.trusted.trusts(peer.address) else { return failed(.untrustedProxy) }
    try channel.pipeline.syncOperations.addHandler(ProxyProtocolHandler(self))
  }

  /// The PROXY header has been read.
  ///
  /// - Parameter client: nil when the balancer speaks for itself.
  func proxied(_ client: ClientAddress?) throws {
    if let client { peer = ClientPeer(client, on: peer.listener) }
    if peer.listener.tls != nil {
      try shakeHands()
    } else {
      try serve(nil)
    }
  }

  /// The handshake is over.
  func secured(_ negotiated: String?, _ facts: TLSFacts?, version: EntranceMetrics.Version) {
    guard !isOver, let tls = peer.listener.tls else { return }
    loop.entrances.metrics.count(version)
    peer = peer.secured(facts ?? TLSFacts(tls.certificates, serverName: nil))
    do {
      try serve(negotiated)
    } catch {
      channel.close(promise: nil)
    }
  }

  /// It will never come to a request.
  func failed(_ failure: EntranceMetrics.Failure) {
    guard !isOver else { return }
    loop.entrances.metrics.count(failure)
    ended()
    if failure != .plainHTTP { channel.close(promise: nil) }
  }

  func deadlinePassed() { failed(.tooSlow) }

  /// The process goes down: a handshake under way is one whose request would be lost.
  func drain() {
    if loop.hasSuccessor { return }
    loop.set(deadline, inMilliseconds: min(2_000, loop.timeouts.handshakeMilliseconds))
  }

  /// The process does not wait any longer.
  func abort() { channel.close(promise: nil) }

  private func shakeHands() throws {
    guard let tls = peer.listener.tls else { return }
    let note = HandshakeNote()
    let gate = TLSGate(self, note)
    var configuration = NIOSSLHandler.Configuration()
    // One large answer must not leave every connection with a large buffer.
    configuration.maximumPreservedOutboundBufferCapacity = 65_536
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(gate)
    try pipeline.addHandler(NIOSSLServerHandler(context: tls.context, configuration: configuration))
    try pipeline.addHandler(TLSHandshakeHandler(self, note, gate))
  }

  private func serve(_ negotiated: String?) throws {
    // Only then, so that a drain never sees it in neither place.
    defer { ended() }
    try ClientProtocol.start(negotiated, on: channel, loop: loop, peer: peer)
  }

  /// It has come to its first request, or to nothing.
  func ended() {
    guard !isOver else { return }
    isOver = true
    loop.retire(deadline)
    loop.entrances.remove(self)
    loop.checkDrained()
  }
}
