import Synchronization

/// One series of a registry and where its numbers stand in ``MetricsRegistry/numbers()``.
package struct MetricSeries: Sendable {
  package let name: String
  package let kind: MetricKind
  package let labels: [(name: String, value: String)]
  /// Of a histogram: upper bounds in shown units.
  package let bounds: [Double]
  /// A histogram has its counts by bucket, the last one above every bound, and then their sum; all others have one.
  package let places: Range<Int>

  package func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }
}

extension MetricsRegistry {
  /// All series in the order of ``numbers()``: families by name, series by declaration. Series are only ever added.
  package func layout() -> [MetricSeries] {
    var place = 0
    return sortedFamilies().flatMap { family in
      family.series.map { series in
        var bounds: [Double] = []
        if case .histogram(let histogram)? = series.cells.first { bounds = histogram.bounds }
        let width = family.kind == .histogram ? bounds.count + 2 : 1
        defer { place += width }
        return MetricSeries(
          name: family.name, kind: family.kind, labels: series.labels.map { ($0.name, $0.value) },
          bounds: bounds,
          places: place..<place + width)
      }
    }
  }

  /// What all series stand at, as ``layout()`` has them. A sampled series without a value is not a number.
  package func numbers() -> [Double] {
    var numbers: [Double] = []
    for family in sortedFamilies() {
      for series in family.series { Self.append(series, to: &numbers) }
    }
    return numbers
  }

  private static func append(_ series: MetricFamily.Series, to numbers: inout [Double]) {
    var value = 0.0
    var counts: [Int] = []
    for cell in series.cells {
      switch cell {
      case .counter(let counter): value += Double(counter.value)
      case .gauge(let gauge): value += Double(gauge.value)
      case .sampled(let read): value += read() ?? .nan
      case .histogram(let histogram):
        let snapshot = histogram.snapshot
        counts = counts.isEmpty ? snapshot.counts : zip(counts, snapshot.counts).map(+)
        value += snapshot.sum
      }
    }
    numbers += counts.map(Double.init)
    numbers.append(value)
  }

  private func sortedFamilies() -> [MetricFamily] {
    families.withLock { $0 }.values.sorted { $0.name < $1.name }
  }
}
