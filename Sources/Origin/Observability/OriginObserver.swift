import Hummingbird
import Logging
import Synchronization
import Telemetry

/// Everything of origin worth observing, in one place: code reports events, this decides what is counted and
/// what is logged.
final class OriginObserver: Sendable {
  let registry: MetricsRegistry
  private let series = Mutex<[SeriesKey: Histogram]>([:])

  private struct SeriesKey: Hashable {
    var method: String
    var route: String
    var status: Int
  }

  init(registry: MetricsRegistry) { self.registry = registry }

  /// A request was answered. `route` is the pattern, never the path: labels must not grow with the clients.
  func answered(method: String, route: String?, status: Int, took: Duration, context: OriginContext) {
    let route = route ?? "unknown"
    let key = SeriesKey(method: method, route: route, status: status / 100)
    let histogram = series.withLock { series in
      if let known = series[key] { return known }
      let histogram = registry.histogram(
        "daybook_origin_request_seconds", help: "Time from the request's head to the answer's.",
        labels: ["method": method, "route": route, "status": "\(status / 100)xx"])
      series[key] = histogram
      return histogram
    }
    histogram.record(took)
    if context.logger.logLevel > .debug { return }
    context.log.debug(
      "answered", metadata: ["route": "\(route)", "status": "\(status)", "took": "\(took)"])
  }
}
