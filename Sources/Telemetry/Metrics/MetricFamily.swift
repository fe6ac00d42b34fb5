/// What Prometheus is told about a metric in its `# TYPE` line.
package enum MetricKind: String, Sendable {
  case counter
  case gauge
  case histogram
}

struct MetricLabel: Hashable {
  let name: String
  let value: String
}

enum MetricCell {
  case counter(Counter)
  case gauge(Gauge)
  case histogram(Histogram)
  case sampled(@Sendable () -> Double?)
}

/// All series of one name. Series keep the order of their declaration.
struct MetricFamily {
  struct Series {
    let labels: [MetricLabel]
    var cells: [MetricCell]
  }

  let name: String
  let kind: MetricKind
  let help: String
  private(set) var series: [Series] = []

  init(name: String, kind: MetricKind, help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }

  mutating func add(_ cell: MetricCell, labels: [MetricLabel]) {
    checkShape(of: cell, labels: labels)
    if let index = series.firstIndex(where: { $0.labels == labels }) {
      series[index].cells.append(cell)
    } else {
      series.append(Series(labels: labels, cells: [cell]))
    }
  }

  /// Series of one name must be comparable: the same label names, and for histograms the same buckets.
  private func checkShape(of cell: MetricCell, labels: [MetricLabel]) {
    guard let first = series.first else { return }
    precondition(first.labels.map(\.name) == labels.map(\.name), "\(name): series differ in label names")
    guard case .histogram(let known)? = first.cells.first, case .histogram(let added) = cell else { return }
    precondition(known.bounds == added.bounds, "\(name): series differ in buckets")
  }
}
