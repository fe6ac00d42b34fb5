/// Reads the sections of the file in the order in which they refer to each other.
enum ConfigurationSections {
  static func read(_ root: ConfigurationMapping, into configuration: inout GatewayConfiguration) {
    listeners(root, &configuration)
    limits(root, &configuration)
    timeouts(root, &configuration)
    accessLog(root, &configuration)
    UpstreamSection.read(root, &configuration)
    TokenSection.read(root, &configuration)
    RateLimitSection.read(root, &configuration)
    HeaderSection.read(root, &configuration)
    CrossOriginSection.read(root, &configuration)
    SiteSection.read(root, &configuration)
    ErrorPageSection.read(root, &configuration)
    RouteSection.read(root, &configuration)
    root.finish()
  }

  private static func listeners(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    configuration.listeners = root.mappings("listeners", required: true).compactMap(listener)
    if let admin = root.mapping("admin") {
      configuration.admin = listener(admin)
      if let port = configuration.admin?.port, configuration.listeners.contains(where: { $0.port == port }) {
        admin.complain("port", "is \(port), which is a public listener's; metrics must not be public")
      }
    }
    for (text, line) in root.strings("trusted_proxies") {
      if let block = AddressBlock(text) {
        configuration.trustedProxies.append(block)
      } else {
        root.reader.complain(
          line, "trusted_proxies has \"\(text)\"; it must be an address or a block such as 10.0.0.0/8")
      }
    }
  }

  private static func listener(_ mapping: ConfigurationMapping) -> ListenerConfiguration? {
    let address = mapping.string("address", required: true)
    let port = mapping.integer("port", 0...65_535, required: true)
    mapping.finish()
    if let address, ClientAddress(address) == nil {
      mapping.complain("address", "is \"\(address)\"; it must be an IPv4 or IPv6 address")
    }
    guard let address, let port else { return nil }
    return ListenerConfiguration(address: address, port: port)
  }

  private static func limits(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("limits") else { return }
    section.read("request_line_bytes", 256...65_535, into: &configuration.limits.requestLineBytes)
    section.read("head_bytes", 1_024...65_535, into: &configuration.limits.headBytes)
    section.read("header_count", 8...255, into: &configuration.limits.headerCount)
    section.read("body_bytes", 0...1 << 40, into: &configuration.limits.bodyBytes)
    section.read("connections", 1...1_000_000, into: &configuration.limits.connections)
    section.finish()
    if configuration.limits.requestLineBytes > configuration.limits.headBytes {
      section.complain("request_line_bytes", "is larger than head_bytes, of which it is a part")
    }
  }

  private static func timeouts(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("timeouts") else { return }
    let range = 1...86_400_000
    section.read("head_ms", range, into: &configuration.timeouts.headMilliseconds)
    section.read("body_idle_ms", range, into: &configuration.timeouts.bodyIdleMilliseconds)
    section.read("keep_alive_ms", range, into: &configuration.timeouts.keepAliveMilliseconds)
    section.read("write_idle_ms", range, into: &configuration.timeouts.writeIdleMilliseconds)
    section.read("drain_ms", range, into: &configuration.timeouts.drainMilliseconds)
    section.finish()
  }

  private static func accessLog(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("access_log") else { return }
    if let format = section.choice("format", AccessLogConfiguration.Format.self) {
      configuration.accessLog.format = format
    }
    section.read("sample_one_in", 1...1_000_000, into: &configuration.accessLog.sampleOneIn)
    section.finish()
  }
}
