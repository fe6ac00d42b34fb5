extension TrafficReport {
  /// For terminals: `curl http://127.0.0.1:8083/top`.
  package var text: String {
    let total = routes.reduce(0) { $0 + $1.perSecond }
    let busy = loops.map { "\($0.name) \(Self.percent($0.busy))" }.joined(separator: ", ")
    var lines = [
      "last \(Int(seconds.rounded())) s: \(Self.short(total)) requests a second, processor "
        + "\(Self.percent(processorShare)), loops \(busy)",
      "",
      Self.row([
        "ROUTE", "REQ/S", "P50 MS", "P99 MS", "UP P99", "2XX", "3XX", "4XX", "5XX", "LIMITED/S", "OUT/S",
      ]),
    ]
    lines += routes.map { route in
      Self.row(
        [
          route.name, Self.short(route.perSecond), Self.time(route.time.p50), Self.time(route.time.p99),
          Self.time(route.upstream.p99),
        ] + route.statuses.prefix(4).map { String(Int($0)) }
          + [Self.short(route.limitedPerSecond), Self.bytes(route.outPerSecond)])
    }
    for section in TrafficSection.allCases { lines += self.lines(of: section) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of section: TrafficSection) -> [String] {
    let series = others.filter { $0.section == section && $0.value != 0 }
    if series.isEmpty { return [] }
    return ["", section.rawValue.uppercased()]
      + series.map { other in
        let labels = other.labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        let name = labels.isEmpty ? other.name : "\(other.name) \(labels)"
        return "\(Self.padded(name, 60)) \(Self.short(other.value))\(other.isRate ? "/s" : "")"
      }
  }

  private static func row(_ cells: [String]) -> String {
    let rest = cells.dropFirst().map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }
    return padded(cells[0], 28) + rest.joined()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func short(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return String((value * 100).rounded() / 100)
  }

  private static func time(_ seconds: Double?) -> String { seconds.map { short($0 * 1_000) } ?? "-" }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  private static func bytes(_ value: Double) -> String {
    for (unit, name) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where value >= unit {
      return short((value / unit * 10).rounded() / 10) + name
    }
    return short(value.rounded()) + "B"
  }
}
