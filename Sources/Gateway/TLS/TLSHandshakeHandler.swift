import NIOCore
import NIOSSL
import NIOTLS

/// Waits behind NIOSSL for the end of the handshake, then makes way for the protocol that was chosen.
final class TLSHandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let entrance: ClientEntrance
  private let note: HandshakeNote
  private let gate: TLSGate

  init(_ entrance: ClientEntrance, _ note: HandshakeNote, _ gate: TLSGate) {
    self.entrance = entrance
    self.note = note
    self.gate = gate
  }

  func handlerRemoved(context: ChannelHandlerContext) { entrance.ended() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case TLSUserEvent.handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    let pipeline = context.pipeline.syncOperations
    let version = try? pipeline.nioSSL_tlsVersion()
    entrance.secured(negotiated, note.facts, version: version == .tlsv13 ? .tls13 : .tls12)
    pipeline.removeHandler(gate, promise: nil)
    pipeline.removeHandler(self, promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    entrance.failed(.handshake)
    context.close(promise: nil)
  }
}
