package import Telemetry

/// The spans of one event loop until its next tick, when they are handed over together: the request itself takes no
/// lock and wakes nobody.
package struct LoopTraces {
  private let exporter: TraceExporter
  private let threshold: UInt64
  private var spans: [RequestSpan] = []
  private var dropped = 0
  /// Spans of one tick; more than that is a flood of callers that ask to be traced.
  private static let limit = 1_024

  package init(_ exporter: TraceExporter) {
    self.exporter = exporter
    threshold = UInt64.max / UInt64(exporter.configuration.sampleOneIn)
  }

  /// Whether a request that brings no decision is kept.
  package func isDue(_ random: inout TraceRandom) -> Bool { random.next() <= threshold }

  package mutating func add(_ span: RequestSpan) {
    if spans.count < Self.limit { spans.append(span) } else { dropped += 1 }
  }

  package mutating func handOver() {
    guard !spans.isEmpty || dropped > 0 else { return }
    exporter.take(spans, alreadyDropped: dropped)
    spans.removeAll(keepingCapacity: true)
    dropped = 0
  }
}
