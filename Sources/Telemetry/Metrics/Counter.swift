import Synchronization

/// A number that only grows: one `Counter` is one cell of one series of a ``MetricsRegistry``.
///
/// Any thread may add; an addition is one relaxed atomic instruction and allocates nothing.
package final class Counter: Sendable {
  private let cell = Atomic<Int>(0)

  init() {}

  /// Adds `amount`, which must not be negative.
  @inline(__always)
  package func increment(by amount: Int = 1) {
    cell.wrappingAdd(amount, ordering: .relaxed)
  }

  /// What has been counted in this cell since the start of the process.
  package var value: Int { cell.load(ordering: .relaxed) }
}
