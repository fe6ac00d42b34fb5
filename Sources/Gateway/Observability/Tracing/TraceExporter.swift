internal import Dispatch
internal import JSON
internal import Synchronization
package import Telemetry

/// Sends spans to a collector, in batches and on a thread of its own. What the collector does not take in time is dropped
/// and counted: a trace is worth less than the request that it tells of.
package final class TraceExporter: Sendable {
  private struct State {
    var waiting: [RequestSpan] = []
    var isScheduled = false
    var isStopping = false
  }

  package let configuration: TracingConfiguration
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "gateway.traces")
  private let connection: CollectorConnection
  private let sent: Counter
  private let dropped: Counter
  private let failed: Counter
  /// Spans of one request to the collector.
  private static let batch = 512

  package init(_ configuration: TracingConfiguration, registry: MetricsRegistry) {
    self.configuration = configuration
    connection = CollectorConnection(configuration)
    func counter(_ outcome: String) -> Counter {
      registry.counter(
        MetricNames.traces, help: "Spans by what became of them.", labels: ["outcome": outcome])
    }
    sent = counter("sent")
    dropped = counter("dropped")
    failed = counter("failed")
  }

  /// Takes what has room. From any thread.
  ///
  /// - Parameter alreadyDropped: spans that did not get this far.
  package func take(_ spans: [RequestSpan], alreadyDropped: Int = 0) {
    let (lost, mustSchedule) = state.withLock { state in
      let room = max(0, configuration.queue - state.waiting.count)
      state.waiting += spans.prefix(room)
      defer { if !state.isStopping { state.isScheduled = true } }
      return (max(0, spans.count - room), !state.isScheduled && !state.isStopping)
    }
    if lost + alreadyDropped > 0 { dropped.increment(by: lost + alreadyDropped) }
    guard mustSchedule else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(configuration.flushMilliseconds)) { self.flush() }
  }

  /// Sends what waits, within the configured time, and ends. Blocks.
  package func stop() {
    state.withLock { $0.isStopping = true }
    queue.sync {
      sendBatch()
      connection.close()
    }
  }

  private func flush() {
    sendBatch()
    let goesOn = state.withLock { state in
      state.isScheduled = !state.waiting.isEmpty && !state.isStopping
      return state.isScheduled
    }
    if goesOn { queue.async { self.flush() } }
  }

  private func sendBatch() {
    let spans = state.withLock { state in
      let batch = Array(state.waiting.prefix(Self.batch))
      state.waiting.removeFirst(batch.count)
      return batch
    }
    guard !spans.isEmpty else { return }
    let isTaken = connection.post(document(spans))
    (isTaken ? sent : failed).increment(by: spans.count)
  }

  /// An ExportTraceServiceRequest.
  private func document(_ spans: [RequestSpan]) -> [UInt8] {
    var json = JSONWriter(capacity: 1_024 * spans.count)
    json.object { json in
      json.array("resourceSpans", [configuration.serviceName]) { json, name in
        json.object { json in
          json.object("resource") { json in
            json.array("attributes", [("service.name", name), ("service.version", GatewayVersion.number)]) {
              json, attribute in
              json.object { json in
                json.member("key", attribute.0)
                json.object("value") { $0.member("stringValue", attribute.1) }
              }
            }
          }
          json.array("scopeSpans", [spans]) { json, spans in
            json.object { json in
              json.object("scope") { $0.member("name", "daybook.gateway") }
              json.array("spans", spans) { $1.write(to: &$0) }
            }
          }
        }
      }
    }
    return json.bytes
  }
}
