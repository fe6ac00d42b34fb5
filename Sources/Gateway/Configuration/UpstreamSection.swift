/// `upstreams`: groups of servers by name.
enum UpstreamSection {
  private static let milliseconds = 1...86_400_000

  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("upstreams") {
      let servers = section.strings("servers")
      if servers.isEmpty {
        section.reader.complain(
          section.line(of: "servers"),
          "\(section.name) needs \"servers\", a list of host:port or unix:/path")
      }
      var upstream = UpstreamConfiguration(name: name, servers: servers.compactMap { server($0, section) })
      times(section, &upstream)
      section.read("connections_per_loop", 1...10_000, into: &upstream.connectionsPerLoop)
      section.read("queue_per_loop", 0...100_000, into: &upstream.queuePerLoop)
      upstream.shedMilliseconds = section.integer("shed_above_ms", 1...600_000)
      retries(section, &upstream.retries)
      circuit(section, &upstream.circuit)
      upstream.health = health(section)
      section.finish()
      checkRepeated(servers, section)
      configuration.upstreams.append(upstream)
    }
  }

  private static func times(_ section: ConfigurationMapping, _ upstream: inout UpstreamConfiguration) {
    section.read("connect_timeout_ms", milliseconds, into: &upstream.connectMilliseconds)
    section.read("first_byte_timeout_ms", milliseconds, into: &upstream.firstByteMilliseconds)
    section.read("idle_timeout_ms", milliseconds, into: &upstream.idleMilliseconds)
    section.read("stream_idle_timeout_ms", milliseconds, into: &upstream.streamIdleMilliseconds)
    section.read("keep_alive_ms", milliseconds, into: &upstream.keepAliveMilliseconds)
    section.read("queue_timeout_ms", milliseconds, into: &upstream.queueMilliseconds)
    section.read("resolve_ms", 100...86_400_000, into: &upstream.resolveMilliseconds)
    section.read("slow_start_ms", 0...86_400_000, into: &upstream.slowStartMilliseconds)
  }

  private static func retries(_ section: ConfigurationMapping, _ retries: inout RetryConfiguration) {
    guard let section = section.mapping("retries") else { return }
    section.read("percent", 0...100, into: &retries.percent)
    section.read("floor", 0...100_000, into: &retries.floor)
    section.finish()
  }

  private static func circuit(_ section: ConfigurationMapping, _ circuit: inout CircuitConfiguration) {
    guard let section = section.mapping("circuit") else { return }
    section.read("failures", 1...1_000_000, into: &circuit.failures)
    section.read("error_percent", 1...100, into: &circuit.errorPercent)
    section.read("error_requests", 1...1_000_000, into: &circuit.errorRequests)
    section.read("open_ms", milliseconds, into: &circuit.openMilliseconds)
    section.finish()
  }

  private static func health(_ section: ConfigurationMapping) -> HealthConfiguration? {
    guard let section = section.mapping("health") else { return nil }
    var health = HealthConfiguration(path: section.string("path", required: true) ?? "/")
    health.port = section.integer("port", 1...65_535)
    health.host = section.string("host")
    section.read("interval_ms", 100...86_400_000, into: &health.intervalMilliseconds)
    section.read("timeout_ms", milliseconds, into: &health.timeoutMilliseconds)
    section.read("down_after", 1...1_000, into: &health.downAfter)
    section.read("up_after", 1...1_000, into: &health.upAfter)
    let statuses = section.strings("statuses")
    if !statuses.isEmpty { health.statuses = statuses.compactMap { range($0, section) } }
    section.finish()
    check(health, section)
    return health
  }

  /// What would be written into a request must be one line of it.
  private static func check(_ health: HealthConfiguration, _ section: ConfigurationMapping) {
    func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
    if !health.path.hasPrefix("/") || !isPlain(health.path) || health.path.utf8.count > 2_048 {
      section.complain("path", "is \"\(health.path)\"; it must be a path such as /health/ready")
    }
    if let host = health.host, host.isEmpty || !isPlain(host) || host.utf8.count > 255 {
      section.complain("host", "is \"\(host)\"; it must be what a Host field can say")
    }
    if health.timeoutMilliseconds > health.intervalMilliseconds {
      section.complain(
        "timeout_ms", "is longer than interval_ms, so that questions would overtake each other")
    }
  }

  /// `200` or `200-399`.
  private static func range(
    _ item: (text: String, line: Int?), _ section: ConfigurationMapping
  ) -> ClosedRange<Int>? {
    let ends = item.text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    if ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last,
      (200...599).contains(first), (200...599).contains(last)
    {
      return first...last
    }
    section.reader.complain(
      item.line, "statuses in \(section.name) has \"\(item.text)\"; it must be like 200 or 200-299")
    return nil
  }

  /// At least one, or a complaint.
  static func servers(in section: ConfigurationMapping) -> [UpstreamConfiguration.Server] {
    let servers = section.strings("servers")
    if servers.isEmpty {
      section.reader.complain(
        section.line(of: "servers"), "\(section.name) needs \"servers\", a list of host:port or unix:/path")
    }
    return servers.compactMap { server($0, section) }
  }

  private static func server(
    _ item: (text: String, line: Int?), _ section: ConfigurationMapping
  ) -> UpstreamConfiguration.Server? {
    guard let server = UpstreamConfiguration.Server(item.text) else {
      section.reader.complain(
        item.line,
        "servers in \(section.name) has \"\(item.text)\"; it must be host:port, such as 127.0.0.1:8081, "
          + "or unix:/path")
      return nil
    }
    return server
  }

  /// It would get twice its share, and be counted as two.
  private static func checkRepeated(
    _ servers: [(text: String, line: Int?)], _ section: ConfigurationMapping
  ) {
    for (index, server) in servers.enumerated()
    where servers[..<index].contains(where: { $0.text == server.text }) {
      section.reader.complain(server.line, "servers in \(section.name) has \"\(server.text)\" twice")
    }
  }
}

extension UpstreamConfiguration.Server {
  /// Reads `host:port`, `1.2.3.4:port`, `[::1]:port` or `unix:/path`.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = text.dropFirst(5)
      // The kernel's limit, with its terminating zero.
      guard path.hasPrefix("/"), path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
      self.init(unixPath: String(path))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else { return nil }
    let host = text[..<colon]
    if host.hasPrefix("[") {
      guard host.hasSuffix("]"), let address = ClientAddress(String(host.dropFirst().dropLast())),
        !address.isIPv4
      else { return nil }
      self.init(host: String(host.dropFirst().dropLast()), port: port)
    } else {
      let isName = host.utf8.allSatisfy {
        $0.digitValue != nil
          || ($0.lowercasedASCII >= UInt8(ascii: "a") && $0.lowercasedASCII <= UInt8(ascii: "z"))
          || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
      }
      guard !host.isEmpty, host.utf8.count <= 253, isName else { return nil }
      self.init(host: String(host), port: port)
    }
  }
}
