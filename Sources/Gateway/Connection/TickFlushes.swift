import NIOCore

/// Something with bytes for its socket.
protocol TickFlushed: AnyObject {
  /// The loop has it in its list.
  var isFlushDue: Bool { get set }
  func flushNow()
}

/// Sockets that are written to at the end of a loop's tick, when all that was readable has been dealt with.
///
/// A write on the spot wakes its receiver, who answers and sleeps again before our next write: each wake-up costs
/// us more than the write itself. Writes that leave together find him awake. On its loop only.
final class TickFlushes {
  private let eventLoop: any EventLoop
  private var due: [any TickFlushed] = []
  private var spare: [any TickFlushed] = []

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func add(_ connection: any TickFlushed) {
    guard !connection.isFlushDue else { return }
    connection.isFlushDue = true
    due.append(connection)
    if due.count == 1 { eventLoop.assumeIsolated().execute { self.flush() } }
  }

  private func flush() {
    swap(&due, &spare)
    for connection in spare {
      connection.isFlushDue = false
      connection.flushNow()
    }
    spare.removeAll(keepingCapacity: true)
  }
}
