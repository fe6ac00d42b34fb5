internal import Dispatch
internal import Glibc
internal import Synchronization

/// The access log of the process: a thread of its own takes the lines of all event loops and writes them, so that a
/// slow disk or pipe never stops a loop.
package final class AccessLog: Sendable {
  /// One per event loop.
  package let rings: [AccessLogRing]
  private let descriptor: Int32
  /// Wakes the thread.
  private let bell = DispatchSemaphore(value: 0)
  private let queue = DispatchQueue(label: "gateway.access-log")
  private let isAsleep = Atomic<Bool>(false)
  private let isStopping = Atomic<Bool>(false)
  /// Lines are gathered for this long, so that a busy loop rings the bell seldom.
  private static let gatheringMicroseconds: UInt32 = 5_000

  /// - Parameters:
  ///   - descriptor: where lines go; stays the caller's and must outlive the log.
  ///   - loops: how many event loops write.
  ///   - ringBytes: what may wait per loop, a power of two.
  package init(descriptor: Int32, loops: Int, ringBytes: Int = 1 << 18) {
    self.descriptor = descriptor
    rings = (0..<loops).map { _ in AccessLogRing(capacity: ringBytes) }
    queue.async { self.run() }
  }

  /// Lines that were lost, because their loop's ring was full.
  package var lostLines: Int {
    rings.reduce(0) { $0 + $1.lostLines }
  }

  /// Called by a loop after it has appended: rings the bell only when the thread sleeps.
  package func wake() {
    guard isAsleep.load(ordering: .sequentiallyConsistent),
      isAsleep.exchange(false, ordering: .sequentiallyConsistent)
    else { return }
    bell.signal()
  }

  /// Writes what waits and ends the thread. Blocks; nothing may be appended afterwards.
  package func stop() {
    guard !isStopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
    bell.signal()
    queue.sync {}
  }

  private func run() {
    while !isStopping.load(ordering: .sequentiallyConsistent) {
      isAsleep.store(true, ordering: .sequentiallyConsistent)
      // Looked at again after saying that we sleep: a line appended in between has not rung.
      if rings.allSatisfy(\.isEmpty) { bell.wait() }
      isAsleep.store(false, ordering: .sequentiallyConsistent)
      drain()
      usleep(Self.gatheringMicroseconds)
    }
    drain()
  }

  private func drain() {
    for ring in rings {
      unsafe ring.drain { unsafe write($0) }
    }
  }

  /// Whatever cannot be written is gone: there is nobody to tell.
  private func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let count = unsafe Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        unsafe rest = unsafe rest.dropFirst(count)
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&ready, 1, 1_000)
      } else if errno != EINTR {
        return
      }
      if isStopping.load(ordering: .relaxed), count < 0, errno == EAGAIN { return }
    }
  }
}
