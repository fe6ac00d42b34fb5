import HTTPWire

/// `cache`, of the whole and of a route.
enum CacheSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("cache") else { return }
    section.read("bytes", 65_536...1 << 40, into: &configuration.cache.bytes)
    section.read("entry_bytes", 1_024...1 << 30, into: &configuration.cache.entryBytes)
    section.finish()
    if configuration.cache.entryBytes > configuration.cache.bytes / 4 {
      section.complain(
        "entry_bytes",
        "is \(configuration.cache.entryBytes), more than a quarter of bytes; few entries would fit")
    }
  }

  /// What a route asks for; nil when it asks for no cache.
  static func route(_ section: ConfigurationMapping) -> RouteCacheConfiguration? {
    guard let mapping = section.mapping("cache") else { return nil }
    var route = RouteCacheConfiguration()
    if let heuristic = mapping.boolean("heuristic") { route.allowsHeuristics = heuristic }
    if let heeds = mapping.boolean("heed_requests") { route.heedsRequests = heeds }
    mapping.read("stale_if_error_seconds", 0...31_536_000, into: &route.staleIfErrorSeconds)
    mapping.read("crowd_wait_ms", 1...60_000, into: &route.crowdMilliseconds)
    mapping.finish()
    return route
  }

  static func check(_ route: RouteConfiguration, _ section: ConfigurationMapping) {
    guard route.cache != nil else { return }
    guard case .upstream = route.action else {
      return section.complain("cache", "is for routes to an upstream; files and redirects need none")
    }
    if !route.methods.contains(MethodSet(.get)) {
      section.complain("cache", "needs GET among the methods; nothing else is stored")
    }
  }
}
