extension UpstreamConfiguration {
  /// Its settings for people, as `gateway explain` and `gateway check` print them.
  package var explanation: [String] {
    [
      "connect \(connectMilliseconds) ms, first byte \(firstByteMilliseconds) ms, idle \(idleMilliseconds) ms, "
        + "streams idle \(streamIdleMilliseconds) ms",
      "connections \(connectionsPerLoop) for each loop and server, kept \(keepAliveMilliseconds) ms; "
        + "queue \(queuePerLoop) for each loop, \(queueMilliseconds) ms",
      "retries \(retries.percent) % of requests and \(retries.floor) more in 10 s, of what is safe; "
        + "circuit opens for \(circuit.openMilliseconds) ms after \(circuit.failures) failures in a row or "
        + "\(circuit.errorPercent) % of \(circuit.errorRequests) answers",
      healthText,
    ] + namesText
  }

  private var healthText: String {
    guard let health else { return "health: by its answers alone; slow start \(slowStartMilliseconds) ms" }
    let statuses = health.statuses.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    let port = health.port.map { " on port \($0)" } ?? ""
    return "health: GET \(health.path)\(port) every \(health.intervalMilliseconds) ms, "
      + "\(statuses.joined(separator: ", ")) within \(health.timeoutMilliseconds) ms; down after "
      + "\(health.downAfter), up after \(health.upAfter); slow start \(slowStartMilliseconds) ms"
  }

  private var namesText: [String] {
    let names = servers.filter { $0.kind == .name }.map(\.host)
    return names.isEmpty
      ? [] : ["resolved every \(resolveMilliseconds) ms: \(names.joined(separator: ", "))"]
  }
}
