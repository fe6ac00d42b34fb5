import Synchronization

/// How often values fell into which range: one `Histogram` is one cell of one series of a
/// ``MetricsRegistry``.
///
/// Any thread may record; that is two relaxed atomic additions and a search through at most
/// ``maximumBounds`` numbers, without a lock or an allocation. A scrape that runs meanwhile may see one
/// of the two additions and not yet the other, which Prometheus tolerates.
package final class Histogram: Sendable {
  /// The largest number of bucket bounds that a histogram may have (`+Inf` not counted).
  package static let maximumBounds = 23

  /// What ``record(_:)-(Int)`` counts and what the scrape shows.
  package enum Unit: Sendable {
    /// Recorded in nanoseconds, shown in seconds; bounds are seconds.
    case seconds
    /// Recorded and shown as they are (bytes, rows, attempts).
    case plain

    var rawPerShown: Double {
      switch self {
      case .seconds: 1e9
      case .plain: 1
      }
    }
  }

  let unit: Unit
  let bounds: [Double]
  private let rawBounds: [Int]
  private let sum = Atomic<Int>(0)
  private let buckets = InlineArray<24, Atomic<Int>> { _ in Atomic(0) }

  init(unit: Unit, bounds: [Double]) {
    self.unit = unit
    self.bounds = bounds
    rawBounds = bounds.map { Int(($0 * unit.rawPerShown).rounded()) }
  }

  /// Counts one value: nanoseconds for ``Unit/seconds``, else the value itself. Negative counts as zero.
  package func record(_ raw: Int) {
    let value = max(0, raw)
    var index = 0
    while index < rawBounds.count, value > rawBounds[index] { index += 1 }
    buckets[index].wrappingAdd(1, ordering: .relaxed)
    sum.wrappingAdd(value, ordering: .relaxed)
  }

  /// Counts one duration; only for histograms in ``Unit/seconds``.
  package func record(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = Int(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    record(overflow ? Int.max / 2 : whole + Int(attoseconds / 1_000_000_000))
  }

  /// Values per bucket (not cumulative, the last one is above every bound) and their sum in shown units.
  var snapshot: (counts: [Int], sum: Double) {
    let counts = (0...bounds.count).map { buckets[$0].load(ordering: .relaxed) }
    return (counts, Double(sum.load(ordering: .relaxed)) / unit.rawPerShown)
  }
}
