/// How the last streams ended. What was on its way when we reset a stream is ignored; after any other end it is an
/// error (RFC 9113, 5.1).
struct HTTP2ClosedStreams: Sendable {
  enum Ending: UInt8, Sendable {
    case ended, resetByClient, resetByUs
  }

  private static let capacity = 128

  private var ids: [UInt32] = []
  private var endings: [Ending] = []
  private var next = 0

  @inline(__always)
  mutating func append(_ id: UInt32, _ ending: Ending) {
    if ids.count < Self.capacity {
      ids.append(id)
      endings.append(ending)
    } else {
      ids[next] = id
      endings[next] = ending
      next = (next &+ 1) % Self.capacity
    }
  }

  /// Nil for a stream that ended long ago or was never used.
  func ending(of id: UInt32) -> Ending? {
    ids.lastIndex(of: id).map { endings[$0] }
  }
}
