import Glibc
import Synchronization

/// A file descriptor that takes whole lines. Lines of several threads never mix, each is one `write`,
/// and a reader that stops reading delays a line by at most ``patienceMilliseconds``: then it is dropped
/// and counted, because a full pipe must not stop the service.
package final class LogSink: Sendable {
  /// How long one line may wait for a descriptor that is not ready.
  package static let patienceMilliseconds: Int32 = 100

  private let descriptor: Int32
  private let writing = Mutex<Void>(())
  private let lost = Atomic<Int>(0)

  /// Writes to `descriptor`, which stays the caller's and must outlive the sink.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Lines that could not be written since the start.
  package var lostLines: Int { lost.load(ordering: .relaxed) }

  /// Writes one line, which ends in a newline.
  package func write(_ line: [UInt8]) {
    let isWritten = writing.withLock { _ in writeAll(line) }
    if !isWritten { lost.wrappingAdd(1, ordering: .relaxed) }
  }

  private func writeAll(_ line: [UInt8]) -> Bool {
    unsafe line.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let written = unsafe Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written > 0 {
          unsafe rest = unsafe rest.dropFirst(written)
        } else if errno == EAGAIN {
          guard waitUntilWritable() else { return false }
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }

  private func waitUntilWritable() -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&request, 1, Self.patienceMilliseconds) == 1
  }
}
