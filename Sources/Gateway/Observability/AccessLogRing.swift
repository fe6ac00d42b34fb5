internal import Synchronization

/// Bytes on their way from one event loop to the thread that writes the access log: one writer, one reader, no lock.
/// A line that finds no room is dropped and counted; the loop never waits.
@safe
package final class AccessLogRing: Sendable {
  private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer
  private let capacity: Int
  /// Both only grow; their difference is what waits. Each is written by one side.
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)
  private let lost = Atomic<Int>(0)

  /// - Parameter capacity: in bytes, a power of two.
  package init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "capacity must be a power of two")
    unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    self.capacity = capacity
  }

  deinit { unsafe memory.deallocate() }

  /// Lines that found no room.
  package var lostLines: Int { lost.load(ordering: .relaxed) }

  /// The event loop's side: takes the whole line or nothing of it.
  package func append(_ line: [UInt8]) -> Bool {
    let start = written.load(ordering: .relaxed)
    guard line.count <= capacity - (start - taken.load(ordering: .acquiring)) else {
      lost.wrappingAdd(1, ordering: .relaxed)
      return false
    }
    let offset = start & (capacity - 1)
    let first = min(line.count, capacity - offset)
    unsafe line.withUnsafeBytes { bytes in
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + first])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<first]))
      unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<(line.count - first)])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first...]))
    }
    written.store(start + line.count, ordering: .sequentiallyConsistent)
    return true
  }

  /// The writing thread's side: hands over what waits, in one or two pieces, and frees it.
  func drain(_ write: (UnsafeRawBufferPointer) -> Void) {
    let start = taken.load(ordering: .relaxed)
    let end = written.load(ordering: .sequentiallyConsistent)
    guard end > start else { return }
    let offset = start & (capacity - 1)
    let first = min(end - start, capacity - offset)
    unsafe write(UnsafeRawBufferPointer(rebasing: memory[offset..<offset + first]))
    if first < end - start {
      unsafe write(UnsafeRawBufferPointer(rebasing: memory[..<(end - start - first)]))
    }
    taken.store(end, ordering: .releasing)
  }

  var isEmpty: Bool {
    written.load(ordering: .sequentiallyConsistent) == taken.load(ordering: .relaxed)
  }
}
