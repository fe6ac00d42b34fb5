internal import Glibc
internal import Synchronization

/// What has been purged, where every event loop sees it at once: a purge is a store, and whoever is about to use a
/// stored answer asks whether anything that it was made of has been purged since. Nobody waits for another loop.
///
/// An answer takes a stamp *before* its request leaves for the upstream. It may be used as long as none of its marks
/// (tags, and its path) was purged at or after that stamp, so an answer that was on its way during the purge is
/// never used either. Marks share 65,536 places by their hash: two that meet are purged together, which costs a
/// fetch and is never wrong. Any thread.
@safe
package final class PurgeBoard: Sendable {
  /// What is remembered of a tag or a path: made once, compared often.
  package typealias Mark = UInt32

  private static let places = 65_536
  private let seed = UInt64.random(in: .min ... .max)
  private let clock = Atomic<UInt64>(1)
  /// Everything from before is purged.
  private let floor = Atomic<UInt64>(0)
  private let hears: Atomic<Bool>
  /// Zero pages from the kernel: memory is taken as places are first used.
  private nonisolated(unsafe) let stamps: UnsafeMutablePointer<Atomic<UInt64>>

  /// - Parameter hearsPurges: false until somebody who tells of purges is connected.
  package init(hearsPurges: Bool = true) {
    hears = Atomic(hearsPurges)
    let size = Self.places * MemoryLayout<UInt64>.stride
    guard
      let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe memory != MAP_FAILED
    else { fatalError("no memory for \(Self.places) purge marks") }
    unsafe stamps = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.places)
  }

  deinit {
    unsafe _ = munmap(stamps, Self.places * MemoryLayout<UInt64>.stride)
  }

  // MARK: For who stores answers

  /// Whether purges reach us. While they do not, nothing that was stored may be used without asking the upstream;
  /// once they do again, all that was missed has been purged, and what is left may be used as before.
  package var hearsPurges: Bool { hears.load(ordering: .acquiring) }

  /// To be taken before the request leaves whose answer is to be stored.
  package var stamp: UInt64 { clock.load(ordering: .sequentiallyConsistent) }

  package func mark(tag: Span<UInt8>) -> Mark { mark(tag, kind: 1) }

  /// - Parameter path: of the request as it was routed, without the query.
  package func mark(path: Span<UInt8>) -> Mark { mark(path, kind: 2) }

  /// Whether an answer with this stamp is untouched by any purge of everything.
  package func isCurrent(since stamp: UInt64) -> Bool {
    stamp >= floor.load(ordering: .acquiring)
  }

  /// Whether one of its marks is untouched too.
  package func isCurrent(_ mark: Mark, since stamp: UInt64) -> Bool {
    unsafe stamps[Int(mark)].load(ordering: .acquiring) <= stamp
  }

  // MARK: For who hears of purges

  package func purge(_ mark: Mark) {
    let now = clock.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    unsafe stamps[Int(mark)].store(now, ordering: .sequentiallyConsistent)
  }

  package func purge(tag: Span<UInt8>) { purge(mark(tag: tag)) }

  package func purge(path: Span<UInt8>) { purge(mark(path: path)) }

  package func purgeAll() {
    floor.store(
      clock.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue, ordering: .sequentiallyConsistent)
  }

  package func setHearsPurges(_ hears: Bool) { self.hears.store(hears, ordering: .releasing) }

  /// Two multiplications folded, eight bytes at a time, with a seed that nobody outside knows.
  private func mark(_ bytes: Span<UInt8>, kind: UInt64) -> Mark {
    var hash = seed ^ kind
    var word: UInt64 = 0
    for index in 0..<bytes.count {
      word = word << 8 | UInt64(bytes[index])
      if index & 7 == 7 {
        hash = Self.fold(hash ^ word, 0x9E37_79B9_7F4A_7C15)
        word = 0
      }
    }
    hash = Self.fold(hash ^ word, 0xA076_1D64_78BD_642F ^ UInt64(bytes.count))
    return Mark(truncatingIfNeeded: hash & UInt64(Self.places - 1))
  }

  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}
