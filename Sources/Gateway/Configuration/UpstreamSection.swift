/// `upstreams`: groups of servers by name.
enum UpstreamSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    for (name, section) in root.named("upstreams") {
      let servers = section.strings("servers")
      if servers.isEmpty {
        section.reader.complain(
          section.line(of: "servers"), "\(section.name) needs \"servers\", a list of host:port")
      }
      var upstream = UpstreamConfiguration(name: name, servers: servers.compactMap { server($0, section) })
      let range = 1...86_400_000
      section.read("connect_timeout_ms", range, into: &upstream.connectMilliseconds)
      section.read("first_byte_timeout_ms", range, into: &upstream.firstByteMilliseconds)
      section.read("idle_timeout_ms", range, into: &upstream.idleMilliseconds)
      section.read("keep_alive_ms", range, into: &upstream.keepAliveMilliseconds)
      section.read("connections_per_loop", 1...10_000, into: &upstream.connectionsPerLoop)
      section.read("queue_per_loop", 0...100_000, into: &upstream.queuePerLoop)
      section.read("queue_timeout_ms", range, into: &upstream.queueMilliseconds)
      upstream.shedMilliseconds = section.integer("shed_above_ms", 1...600_000)
      section.finish()
      configuration.upstreams.append(upstream)
    }
  }

  private static func server(
    _ item: (text: String, line: Int?), _ section: ConfigurationMapping
  ) -> UpstreamConfiguration.Server? {
    guard let server = UpstreamConfiguration.Server(item.text) else {
      section.reader.complain(
        item.line,
        "servers in \(section.name) has \"\(item.text)\"; it must be host:port, such as 127.0.0.1:8081")
      return nil
    }
    return server
  }
}

extension UpstreamConfiguration.Server {
  /// Reads `host:port`, `1.2.3.4:port` or `[::1]:port`.
  package init?(_ text: String) {
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
