/// Reads the sections of the file in the order in which they refer to each other.
enum ConfigurationSections {
  static func read(_ root: ConfigurationMapping, into configuration: inout GatewayConfiguration) {
    ListenerSection.read(root, &configuration)
    forwardingField(root, &configuration)
    limits(root, &configuration)
    timeouts(root, &configuration)
    accessLog(root, &configuration)
    TracingSection.read(root, &configuration)
    UpstreamSection.read(root, &configuration)
    AddressListSection.read(root, &configuration)
    TokenSection.read(root, &configuration)
    RateLimitSection.read(root, &configuration)
    HeaderSection.read(root, &configuration)
    CrossOriginSection.read(root, &configuration)
    SiteSection.read(root, &configuration)
    ErrorPageSection.read(root, &configuration)
    CacheSection.read(root, &configuration)
    RouteSection.read(root, &configuration)
    EdgeEventsSection.read(root, &configuration)
    root.finish()
  }

  private static func forwardingField(
    _ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration
  ) {
    guard let field = root.choice("forwarding_field", TrustedProxies.Field.self) else { return }
    configuration.forwardingField = field
    if configuration.trustedProxies.isEmpty {
      root.complain("forwarding_field", "is of no use without trusted_proxies, whose field it is")
    }
  }

  private static func limits(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("limits") else { return }
    section.read("request_line_bytes", 256...65_535, into: &configuration.limits.requestLineBytes)
    section.read("head_bytes", 1_024...65_535, into: &configuration.limits.headBytes)
    section.read("header_count", 8...255, into: &configuration.limits.headerCount)
    section.read("body_bytes", 0...1 << 40, into: &configuration.limits.bodyBytes)
    section.read("http2_streams", 1...1_000, into: &configuration.limits.http2Streams)
    section.read("connections", 1...1_000_000, into: &configuration.limits.connections)
    configuration.limits.memoryBytes = section.integer("memory_bytes", 1...1 << 50)
    section.read("handshakes", 1...1_000_000, into: &configuration.limits.handshakes)
    section.read("connections_per_client", 0...1_000_000, into: &configuration.limits.connectionsPerClient)
    section.finish()
    if configuration.limits.requestLineBytes > configuration.limits.headBytes {
      section.complain("request_line_bytes", "is larger than head_bytes, of which it is a part")
    }
  }

  private static func timeouts(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("timeouts") else { return }
    let range = 1...86_400_000
    section.read("handshake_ms", range, into: &configuration.timeouts.handshakeMilliseconds)
    section.read("head_ms", range, into: &configuration.timeouts.headMilliseconds)
    section.read("body_idle_ms", range, into: &configuration.timeouts.bodyIdleMilliseconds)
    section.read("body_bytes_per_second", 0...1 << 30, into: &configuration.timeouts.bodyBytesPerSecond)
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
    configuration.accessLog.sampleClientErrorsOneIn = section.integer(
      "sample_client_errors_one_in", 1...1_000_000)
    section.read("slow_ms", 0...86_400_000, into: &configuration.accessLog.slowMilliseconds)
    section.finish()
  }
}
