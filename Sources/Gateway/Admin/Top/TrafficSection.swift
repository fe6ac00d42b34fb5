/// What a series that is not of one route is about.
enum TrafficSection: String, CaseIterable, Sendable {
  case upstreams
  case limits
  case cache
  case rest

  /// By the beginning of the metric's name.
  init(metric name: String) {
    func begins(_ texts: String...) -> Bool { texts.contains { name.hasPrefix("gateway_" + $0) } }
    self =
      if begins("upstream", "shed", "websockets") {
        .upstreams
      } else if begins("rate_limit", "shared_limit", "token", "remembered", "revoked") {
        .limits
      } else if begins("cache", "fan_out", "edge_events") {
        .cache
      } else {
        .rest
      }
  }
}
