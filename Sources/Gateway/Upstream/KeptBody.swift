import HTTPWire
import NIOCore

/// A copy of what has gone out of a small request body, should it turn out that it never arrived. A body that is large,
/// that has no length, or that its client has to be told to send is not kept, and so never sent twice.
struct KeptBody {
  private(set) var bytes = ByteBuffer()
  private var keeps = false
  /// Whether all that has gone out is here.
  private(set) var isWhole = true

  /// A larger one is not kept.
  static let limit = 16_384

  /// A request begins.
  ///
  /// - Parameter isAwaited: the client sends it only when it is told to.
  mutating func begin(_ framing: MessageFraming, isAwaited: Bool) {
    isWhole = true
    keeps = if case .length(let length) = framing { length <= Self.limit && !isAwaited } else { false }
  }

  /// A piece of it goes out.
  mutating func passed(_ piece: ByteBuffer, on loop: GatewayLoop) {
    guard keeps else { return isWhole = false }
    if bytes.capacity == 0 { bytes = loop.takeBuffer() }
    bytes.writeImmutableBuffer(piece)
  }

  /// The request is over.
  mutating func end(on loop: GatewayLoop) {
    guard bytes.capacity > 0 else { return }
    loop.giveBack(bytes)
    bytes = ByteBuffer()
  }
}
