/// `edge_events`: where origin tells of purges and ended sessions. Read after the routes, so that none of them can
/// name its servers: they are internal listeners.
enum EdgeEventsSection {
  static let upstreamName = "edge_events"

  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("edge_events") else { return }
    var upstream = UpstreamConfiguration(name: upstreamName, servers: UpstreamSection.servers(in: section))
    // Origin says every two seconds that it lives.
    upstream.idleMilliseconds = 6_000
    upstream.firstByteMilliseconds = 5_000
    section.read("silence_ms", 1_000...3_600_000, into: &upstream.idleMilliseconds)
    upstream.streamIdleMilliseconds = upstream.idleMilliseconds
    section.read("connect_timeout_ms", 1...86_400_000, into: &upstream.connectMilliseconds)
    var events = EdgeEventsConfiguration(
      upstream: configuration.upstreams.count, token: token(in: section) ?? "")
    if let path = section.string("path") {
      events.path = path
      if !path.hasPrefix("/") { section.complain("path", "is \"\(path)\"; it must be a path") }
    }
    section.read("revoked", 1_024...10_000_000, into: &events.revoked)
    section.read("ready_wait_ms", 0...600_000, into: &events.waitMilliseconds)
    section.finish()
    if configuration.upstreams.contains(where: { $0.name == upstreamName }) {
      section.reader.complain(section.line, "the name edge_events under upstreams is taken by this section")
    }
    // Without a token nobody would answer: then there is nobody to hear.
    guard !events.token.isEmpty else { return }
    configuration.upstreams.append(upstream)
    configuration.edgeEvents = events
  }

  /// From the file itself, which takes it from the environment, or from a file that only the gateway can read.
  private static func token(in section: ConfigurationMapping) -> String? {
    let token = section.string("token").flatMap { $0.isEmpty ? nil : $0 }
    let file = section.string("token_file").flatMap { $0.isEmpty ? nil : $0 }
    if token != nil, file != nil { section.complain("token_file", "is given beside token; one is enough") }
    guard let file else { return checked(token, "token", section) }
    guard let text = TokenFile.read(file) else {
      section.complain("token_file", "is \"\(file)\", which cannot be read")
      return nil
    }
    return checked(text, "token_file", section)
  }

  /// It becomes a part of a header field.
  private static func checked(_ token: String?, _ key: String, _ section: ConfigurationMapping) -> String? {
    guard let token else { return nil }
    guard token.utf8.count <= 4_096, token.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      section.complain(key, "must hold one line of printable ASCII")
      return nil
    }
    return token
  }
}
