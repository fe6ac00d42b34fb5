import Synchronization

/// All metrics of one process. They are declared when the program is put together; what is handed out is
/// a handle that costs one atomic addition to use, and nothing is looked up by name afterwards.
///
/// A label set is declared as a series of its own, so the number of series is fixed before the first
/// request. Declaring the same name and labels again adds another cell to that series, and a scrape shows
/// the sum: event loops declare one each and share no cache line.
///
/// A malformed name, or one name used for two kinds of metric, is a mistake of the programmer and stops
/// the process at the declaration.
package final class MetricsRegistry: Sendable {
  let families = Mutex<[String: MetricFamily]>([:])

  package init() {}

  /// Declares one series of a counter. By convention the name ends in `_total`.
  package func counter(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Counter {
    let counter = Counter()
    declare(name, .counter, help: help, labels: labels, cell: .counter(counter))
    return counter
  }

  /// Declares one series of a gauge.
  package func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
    let gauge = Gauge()
    declare(name, .gauge, help: help, labels: labels, cell: .gauge(gauge))
    return gauge
  }

  /// Declares one series of a histogram. `buckets` are upper bounds in shown units, strictly ascending, at
  /// most ``Histogram/maximumBounds`` and the same for every series of the name; `+Inf` is added.
  package func histogram(
    _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
    unit: Histogram.Unit = .seconds, buckets: [Double] = MetricBuckets.requestSeconds
  ) -> Histogram {
    precondition(buckets.count <= Histogram.maximumBounds, "\(name): too many buckets")
    precondition(zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }, "\(name): buckets must ascend")
    let histogram = Histogram(unit: unit, bounds: buckets)
    declare(name, .histogram, help: help, labels: labels, cell: .histogram(histogram))
    return histogram
  }

  /// Declares a series whose value is asked for at every scrape. `read` runs on the scraping task and must
  /// be quick; `nil` leaves the series out of that scrape.
  package func sampled(
    _ name: String, kind: MetricKind, help: String, labels: KeyValuePairs<String, String> = [:],
    read: @escaping @Sendable () -> Double?
  ) {
    precondition(kind != .histogram, "\(name): a histogram cannot be sampled")
    declare(name, kind, help: help, labels: labels, cell: .sampled(read))
  }

  /// Everything in the Prometheus text format 0.0.4, families in the order of their names.
  /// Its content type is ``contentType``.
  package func render() -> [UInt8] {
    var text = MetricsText()
    for (_, family) in families.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      text.append(family)
    }
    return text.bytes
  }

  /// The content type of ``render()``.
  package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func declare(
    _ name: String, _ kind: MetricKind, help: String, labels: KeyValuePairs<String, String>, cell: MetricCell
  ) {
    precondition(MetricName.isValid(name), "\(name) is not a metric name")
    for (label, _) in labels {
      precondition(MetricName.isValidLabel(label), "\(name): \(label) is not a label name")
    }
    let labels = labels.map { MetricLabel(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    families.withLock { families in
      var family = families[name] ?? MetricFamily(name: name, kind: kind, help: help)
      precondition(family.kind == kind, "\(name) is declared both as \(family.kind) and as \(kind)")
      family.add(cell, labels: labels)
      families[name] = family
    }
  }
}
