/// Limits that nobody asks are mistakes: whoever wrote them believes that they count.
enum UnusedNames {
  static func check(_ root: ConfigurationMapping, _ configuration: GatewayConfiguration) {
    // A route that could not be read may have named it.
    guard root.reader.complaints.isEmpty, !configuration.rateLimits.isEmpty else { return }
    let used = Set(configuration.routes.flatMap(\.rateLimits).map(\.place))
    let section = root.mapping("rate_limits")
    for (place, limit) in configuration.rateLimits.enumerated() where !used.contains(place) {
      root.reader.complain(
        section?.line(of: limit.name),
        "rate_limits \"\(limit.name)\" is named by no route, so it counts nothing")
    }
  }
}
