package import Telemetry

/// The last minute in numbers: by route, by event loop, and everything else that is counted.
package struct TrafficReport: Sendable {
  struct Route: Sendable {
    let name: String
    var perSecond = 0.0
    /// Of all requests so far, for who watches more often than we sample.
    var total = 0.0
    /// By class, 2xx to 5xx and other.
    var statuses = [Double](repeating: 0, count: 5)
    var limitedPerSecond = 0.0
    var inPerSecond = 0.0
    var outPerSecond = 0.0
    var time = LatencySummary()
    var upstream = LatencySummary()
  }

  /// One series that has no place elsewhere in the report.
  struct Other: Sendable {
    let name: String
    let labels: [(name: String, value: String)]
    let isRate: Bool
    let value: Double

    var section: TrafficSection { TrafficSection(metric: name) }
  }

  let seconds: Double
  private(set) var routes: [Route] = []
  private(set) var loops: [(name: String, busy: Double)] = []
  private(set) var others: [Other] = []
  /// Single gauges by name.
  private(set) var gauges: [String: Double] = [:]
  private(set) var processorShare = 0.0

  private static let statuses = ["2xx", "3xx", "4xx", "5xx", "other"]
  /// Rows of a report; the quiet ones are left out first.
  private static let routesLimit = 100
  private static let othersLimit = 400

  package init(_ layout: [MetricSeries], now: [Double], then: [Double], seconds: Double) {
    self.seconds = seconds
    var places: [String: Int] = [:]
    for series in layout where series.places.upperBound <= now.count && series.places.upperBound <= then.count
    {
      let values = series.places.map { now[$0] }
      let changes = series.places.map { now[$0] - then[$0] }
      if let route = series.label("route") {
        let place = places[route] ?? routes.count
        if place == routes.count {
          places[route] = place
          routes.append(Route(name: route))
        }
        if add(series, values, changes, to: &routes[place]) { continue }
      }
      add(series, values, changes)
    }
    routes.sort { ($0.perSecond, $0.total, $1.name) > ($1.perSecond, $1.total, $0.name) }
    routes = Array(routes.prefix(Self.routesLimit))
    others = Array(others.prefix(Self.othersLimit))
  }

  /// Whether the series is one of those that are shown route by route.
  private func add(
    _ series: MetricSeries, _ values: [Double], _ changes: [Double], to route: inout Route
  ) -> Bool {
    switch series.name {
    case MetricNames.requests:
      let place = Self.statuses.firstIndex(of: series.label("status") ?? "") ?? 4
      route.statuses[place] += changes[0]
      route.perSecond += changes[0] / seconds
      route.total += values[0]
    case MetricNames.seconds: route.time = LatencySummary(changes, series.bounds)
    case MetricNames.upstreamSeconds: route.upstream = LatencySummary(changes, series.bounds)
    case MetricNames.limited: route.limitedPerSecond += changes[0] / seconds
    case MetricNames.bytesIn: route.inPerSecond += changes[0] / seconds
    case MetricNames.bytesOut: route.outPerSecond += changes[0] / seconds
    default: return false
    }
    return true
  }

  private mutating func add(_ series: MetricSeries, _ values: [Double], _ changes: [Double]) {
    guard let value = values.last, let change = changes.last, value.isFinite else { return }
    switch series.name {
    case MetricNames.loopBusy: loops.append((series.label("loop") ?? "", change / seconds))
    case "process_cpu_seconds_total": processorShare = change / seconds
    default:
      if series.kind == .histogram { return }
      if series.kind == .gauge, series.labels.isEmpty { gauges[series.name] = value }
      let isRate = series.kind == .counter
      others.append(
        Other(
          name: series.name, labels: series.labels, isRate: isRate, value: isRate ? change / seconds : value))
    }
  }
}

/// What the buckets of a histogram say of a stretch of time.
struct LatencySummary: Sendable {
  var p50: Double?
  var p99: Double?

  init() {}

  /// - Parameters:
  ///   - changes: of the buckets, and the sum behind them.
  ///   - bounds: in seconds.
  init(_ changes: [Double], _ bounds: [Double]) {
    let counts = Array(changes.dropLast())
    p50 = Self.quantile(0.5, counts, bounds)
    p99 = Self.quantile(0.99, counts, bounds)
  }

  /// Within a bucket values are taken to lie evenly, as Prometheus does. Beyond the last bound it is that bound.
  static func quantile(_ part: Double, _ counts: [Double], _ bounds: [Double]) -> Double? {
    let total = counts.reduce(0, +)
    guard total > 0 else { return nil }
    let rank = part * total
    var below = 0.0
    for (index, count) in counts.enumerated() {
      if below + count >= rank, count > 0 {
        guard index < bounds.count else { return bounds.last }
        let lower = index == 0 ? 0 : bounds[index - 1]
        return lower + (bounds[index] - lower) * (rank - below) / count
      }
      below += count
    }
    return bounds.last
  }
}
