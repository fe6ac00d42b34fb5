import Synchronization

/// A number that goes up and down: one `Gauge` is one cell of one series of a ``MetricsRegistry``.
///
/// Any thread may change it; a change is one relaxed atomic instruction and allocates nothing.
package final class Gauge: Sendable {
  private let cell = Atomic<Int>(0)

  init() {}

  /// Replaces the value.
  package func set(_ value: Int) { cell.store(value, ordering: .relaxed) }

  /// Adds `amount`, which may be negative.
  @inline(__always)
  package func add(_ amount: Int) { cell.wrappingAdd(amount, ordering: .relaxed) }

  /// The value now.
  package var value: Int { cell.load(ordering: .relaxed) }
}
