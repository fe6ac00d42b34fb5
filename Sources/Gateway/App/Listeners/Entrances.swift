import Telemetry

/// The connections of one loop that are still on their way to a first request.
final class Entrances {
  let metrics: EntranceMetrics
  private var entrances: [ClientEntrance] = []
  /// How many there may be at once.
  var limit: Int

  init(_ registry: MetricsRegistry, limit: Int) {
    metrics = EntranceMetrics(registry)
    self.limit = limit
  }

  var count: Int { entrances.count }
  var hasRoom: Bool { entrances.count < limit }

  func add(_ entrance: ClientEntrance) {
    entrance.place = entrances.count
    entrances.append(entrance)
    metrics.underWay.add(1)
  }

  func remove(_ entrance: ClientEntrance) {
    let last = entrances.removeLast()
    if last !== entrance {
      entrances[entrance.place] = last
      last.place = entrance.place
    }
    metrics.underWay.add(-1)
  }

  /// The process goes down: who is on the way may arrive, without delay.
  func drain() {
    for entrance in entrances { entrance.drain() }
  }

  /// The bound of the drain is over: nobody waits for a handshake any more.
  func abort() {
    for entrance in entrances { entrance.abort() }
  }
}
