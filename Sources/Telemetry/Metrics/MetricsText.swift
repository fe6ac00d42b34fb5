/// A writer of the Prometheus text exposition format 0.0.4.
struct MetricsText {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ family: MetricFamily) {
    append("# HELP \(family.name) ")
    appendEscaped(family.help, quotes: false)
    append("\n# TYPE \(family.name) \(family.kind.rawValue)\n")
    for series in family.series {
      if family.kind == .histogram {
        appendHistogram(family.name, series)
      } else if let value = Self.sum(series.cells) {
        appendSample(family.name, series.labels, value)
      }
    }
  }

  /// Buckets are cumulative, and the count is the `+Inf` bucket of the same snapshot, so that a scrape
  /// never contradicts itself.
  private mutating func appendHistogram(_ name: String, _ series: MetricFamily.Series) {
    var bounds: [Double] = []
    var counts: [Int] = []
    var sum = 0.0
    for case .histogram(let histogram) in series.cells {
      let snapshot = histogram.snapshot
      bounds = histogram.bounds
      counts = counts.isEmpty ? snapshot.counts : zip(counts, snapshot.counts).map(+)
      sum += snapshot.sum
    }
    var cumulative = 0
    for (index, count) in counts.enumerated() {
      cumulative += count
      let bound = index < bounds.count ? Self.number(bounds[index]) : "+Inf"
      let labels = series.labels + [MetricLabel(name: "le", value: bound)]
      appendSample("\(name)_bucket", labels, Double(cumulative))
    }
    appendSample("\(name)_sum", series.labels, sum)
    appendSample("\(name)_count", series.labels, Double(cumulative))
  }

  private mutating func appendSample(_ name: String, _ labels: [MetricLabel], _ value: Double) {
    append(name)
    for (index, label) in labels.enumerated() {
      append(index == 0 ? "{" : ",")
      append("\(label.name)=\"")
      appendEscaped(label.value, quotes: true)
      append("\"")
    }
    append(labels.isEmpty ? " " : "} ")
    append(Self.number(value))
    append("\n")
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  /// Help texts escape backslash and newline, label values the double quote too.
  private mutating func appendEscaped(_ text: String, quotes: Bool) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): append("\\\\")
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\"") where quotes: append("\\\"")
      default: bytes.append(byte)
      }
    }
  }

  private static func sum(_ cells: [MetricCell]) -> Double? {
    let values = cells.compactMap { cell -> Double? in
      switch cell {
      case .counter(let counter): Double(counter.value)
      case .gauge(let gauge): Double(gauge.value)
      case .sampled(let read): read()
      case .histogram: nil
      }
    }
    return values.isEmpty ? nil : values.reduce(0, +)
  }

  /// Whole numbers without a fraction, as Prometheus writes them itself.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int(exactly: value).map(String.init) ?? String(value)
  }
}
