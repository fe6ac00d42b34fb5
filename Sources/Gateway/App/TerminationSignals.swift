import Dispatch
import Glibc

/// The signals that a service is steered by, as they come. The process no longer dies of them.
package struct TerminationSignals: Sendable {
  package enum Signal: Sendable {
    /// SIGTERM or SIGINT: end, in order.
    case end
    /// SIGHUP: load the configuration again.
    case reload
    /// Another process has taken the listeners over: end, in order and without haste.
    case takenOver
  }

  /// Listens from now on, for the rest of the process. The continuation is for what comes otherwise than by signal.
  package static func stream() -> (signals: AsyncStream<Signal>, sender: AsyncStream<Signal>.Continuation) {
    let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
    for (number, signal) in [(SIGTERM, Signal.end), (SIGINT, .end), (SIGHUP, .reload)] {
      Glibc.signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        continuation.yield(signal)
        // The source keeps itself: it is for the life of the process.
        _ = source
      }
      source.resume()
    }
    return (stream, continuation)
  }
}
