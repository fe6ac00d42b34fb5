/// `tracing`: the collector that spans go to.
enum TracingSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("tracing") else { return }
    let endpoint = section.string("endpoint", required: true)
    var tracing = endpoint.flatMap { Self.endpoint(of: $0) }
    if let endpoint, tracing == nil, !endpoint.isEmpty {
      section.complain(
        "endpoint",
        "is \"\(endpoint)\"; it must be an address such as http://127.0.0.1:4318 (a collector close by)")
    }
    var settings = tracing ?? TracingConfiguration(host: "", port: 0, path: "")
    if let name = section.string("service_name") { settings.serviceName = name }
    section.read("sample_one_in", 1...1_000_000, into: &settings.sampleOneIn)
    section.read("queue", 1...1_000_000, into: &settings.queue)
    section.read("flush_ms", 10...60_000, into: &settings.flushMilliseconds)
    section.read("timeout_ms", 10...60_000, into: &settings.timeoutMilliseconds)
    section.finish()
    if tracing != nil { tracing = settings }
    configuration.tracing = tracing
  }

  /// Reads `http://host:port[/path]`.
  private static func endpoint(of text: String) -> TracingConfiguration? {
    guard text.hasPrefix("http://") else { return nil }
    let rest = text.dropFirst(7)
    let authority = rest.prefix { $0 != "/" }
    let path = String(rest.dropFirst(authority.count))
    let server =
      UpstreamConfiguration.Server(String(authority)) ?? UpstreamConfiguration.Server(authority + ":4318")
    guard let server, path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "?") }) else {
      return nil
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    return TracingConfiguration(
      host: server.host, port: server.port,
      path: folder.hasSuffix("/v1/traces") ? folder : folder + "/v1/traces")
  }
}
