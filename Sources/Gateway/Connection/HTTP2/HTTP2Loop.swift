import HTTPWire
import NIOCore

/// What the HTTP/2 connections of one event loop share. On that loop only.
final class HTTP2Loop {
  /// Streams that have ended and serve again: one holds an exchange, which is worth keeping.
  private static let spareLimit = 256

  /// The fields of the request being read.
  var fields: HTTP2FieldList
  /// The same request as an HTTP/1.1 head.
  var head = ByteBuffer()
  private unowned let loop: GatewayLoop
  private var spares: [HTTP2Stream] = []

  init(on loop: GatewayLoop) {
    self.loop = loop
    fields = HTTP2FieldList(limits: loop.headLimits)
  }

  /// Other limits are in force.
  func useLimits() {
    fields = HTTP2FieldList(limits: loop.headLimits)
  }

  func takeStream() -> HTTP2Stream { spares.popLast() ?? HTTP2Stream(on: loop) }

  func giveBack(_ stream: HTTP2Stream) {
    if spares.count < Self.spareLimit { spares.append(stream) } else { stream.retire() }
  }
}
