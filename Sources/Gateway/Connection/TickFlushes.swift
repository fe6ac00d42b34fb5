import NIOCore

/// The outputs of one loop that have something to send at the end of its tick.
final class TickFlushes {
  private let eventLoop: any EventLoop
  private var due: [SocketOutput] = []
  private var spare: [SocketOutput] = []

  init(_ eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
  }

  func add(_ output: SocketOutput) {
    due.append(output)
    if due.count == 1 { eventLoop.assumeIsolated().execute { self.flush() } }
  }

  private func flush() {
    swap(&due, &spare)
    for output in spare { output.flushNow() }
    spare.removeAll(keepingCapacity: true)
  }
}
