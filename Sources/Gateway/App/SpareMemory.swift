internal import Glibc

/// Memory that was needed once. Packing the files of a site takes tens of megabytes for a moment, which the allocator
/// would keep for the rest of the process's life.
enum SpareMemory {
  private typealias Trim = @convention(c) (Int) -> Int32

  /// Gives free pages back to the system: a few milliseconds, so not on an event loop. By `malloc_trim`, looked up
  /// because no header of the Glibc module has it; another C library does without.
  static func giveBack() {
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
    _ = unsafe unsafeBitCast(symbol, to: Trim.self)(0)
  }
}
