/// What one event loop asks of one upstream, and whom it refuses: the shedder, and its tallies for the metrics. On
/// that loop only.
final class UpstreamLoad {
  private(set) var shedder: LoadShedder
  /// Refused since somebody asked last, by priority.
  private var refused = [0, 0, 0]

  /// Nil when the upstream is spared nothing.
  init?(_ configuration: UpstreamConfiguration) {
    guard let target = configuration.shedMilliseconds else { return nil }
    let connections = configuration.servers.count * configuration.connectionsPerLoop
    shedder = LoadShedder(
      targetMilliseconds: target, connections: connections,
      ceiling: connections + configuration.queuePerLoop)
  }

  func admit(_ priority: RouteConfiguration.Priority, now: UInt64) -> Bool {
    if shedder.admit(priority, now: now) { return true }
    refused[priority.place] += 1
    return false
  }

  func ended(startedAt: UInt64, now: UInt64, isAnswer: Bool) {
    shedder.ended(startedAt: startedAt, now: now, isAnswer: isAnswer)
  }

  /// Hands over what was refused, and begins at zero.
  func takeRefused() -> [Int] {
    defer { refused = [0, 0, 0] }
    return refused
  }
}

extension RouteConfiguration.Priority {
  /// Among all of them.
  var place: Int {
    switch self {
    case .critical: 0
    case .normal: 1
    case .low: 2
    }
  }
}
