/// `listeners` and `admin`: what is listened on, and how connections begin.
enum ListenerSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    var places: [(address: ClientAddress, port: Int, line: Int?)] = []
    configuration.listeners = root.mappings("listeners", required: true).compactMap { section in
      let listener = listener(section)
      if let listener { claim(listener, section, &places) }
      return listener
    }
    if let admin = root.mapping("admin") {
      configuration.admin = address(admin)
      admin.finish()
      if let port = configuration.admin?.port, port != 0,
        configuration.listeners.contains(where: { $0.port == port })
      {
        admin.complain("port", "is \(port), which is a public listener's; metrics must not be public")
      }
    }
    trustedProxies(root, &configuration)
    if configuration.trustedProxies.isEmpty, configuration.listeners.contains(where: \.proxyProtocol) {
      root.complain(
        "listeners", "has proxy_protocol, but trusted_proxies names nobody who may speak it")
    }
    root.read("certificate_check_seconds", 1...86_400, into: &configuration.certificateCheckSeconds)
    if root.has("takeover_socket") { configuration.takeoverSocketLine = root.line(of: "takeover_socket") }
    configuration.takeoverSocket = root.string("takeover_socket").map { path in
      let path = FilePath.absolute(path, besides: root.reader.file)
      if path.utf8.count > 100 {
        root.complain("takeover_socket", "is longer than the 100 bytes of a socket's path")
      }
      return path
    }
  }

  /// The system would share one place out between two listeners, each connection by chance.
  private static func claim(
    _ listener: ListenerConfiguration, _ section: ConfigurationMapping,
    _ places: inout [(address: ClientAddress, port: Int, line: Int?)]
  ) {
    guard listener.port != 0, let address = ClientAddress(listener.address) else { return }
    if let other = places.first(where: { $0.address == address && $0.port == listener.port }) {
      section.complain(
        "port",
        "is \(listener.port) of \(listener.address), where the listener of line \(other.line ?? 0) listens")
    }
    places.append((address, listener.port, section.line(of: "port")))
  }

  private static func trustedProxies(
    _ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration
  ) {
    for (text, line) in root.strings("trusted_proxies") {
      if let block = AddressBlock(text) {
        configuration.trustedProxies.append(block)
      } else {
        root.reader.complain(
          line, "trusted_proxies has \"\(text)\"; it must be an address or a block such as 10.0.0.0/8")
      }
    }
  }

  private static func listener(_ section: ConfigurationMapping) -> ListenerConfiguration? {
    let listener = address(section)
    let tls = section.mapping("tls").flatMap(tls)
    let hsts = section.mapping("hsts").map(hsts)
    let redirect = section.integer("redirect_to_https", 1...65_535)
    let http2 = section.boolean("http2") ?? true
    let proxyProtocol = section.boolean("proxy_protocol") ?? false
    section.finish()
    if hsts != nil, !section.has("tls") {
      section.complain("hsts", "needs tls: over plain HTTP browsers do not believe it")
    }
    if redirect != nil, section.has("tls") {
      section.complain("redirect_to_https", "is for plain listeners; this one has tls")
    }
    guard var listener else { return nil }
    listener.tls = tls
    listener.hsts = hsts
    listener.redirectToHTTPS = redirect
    listener.http2 = http2
    listener.proxyProtocol = proxyProtocol
    return listener
  }

  private static func address(_ section: ConfigurationMapping) -> ListenerConfiguration? {
    let address = section.string("address", required: true)
    let port = section.integer("port", 0...65_535, required: true)
    if let address, ClientAddress(address) == nil {
      section.complain("address", "is \"\(address)\"; it must be an IPv4 or IPv6 address")
    }
    guard let address, let port else { return nil }
    return ListenerConfiguration(address: address, port: port)
  }

  private static func tls(_ section: ConfigurationMapping) -> ListenerTLSConfiguration? {
    var tls = ListenerTLSConfiguration(
      certificates: section.mappings("certificates", required: true).compactMap(certificate))
    if let version = section.choice("minimum_version", ListenerTLSConfiguration.Version.self) {
      tls.minimumVersion = version
    }
    section.finish()
    if tls.certificates.count(where: \.isDefault) > 1 {
      section.complain("certificates", "has more than one default")
    }
    return tls.certificates.isEmpty ? nil : tls
  }

  private static func certificate(_ section: ConfigurationMapping) -> CertificateConfiguration? {
    let chain = section.string("chain_file", required: true)
    let key = section.string("key_file", required: true)
    let names = section.strings("names")
    let isDefault = section.boolean("default") ?? false
    section.finish()
    for (name, line) in names where !ServerName.isPattern(name) {
      section.reader.complain(
        line, "names of \(section.name) has \"\(name)\"; it must be a host name, or *. and a host name")
    }
    guard let chain, let key else { return nil }
    var certificate = CertificateConfiguration(
      chainFile: FilePath.absolute(chain, besides: section.reader.file),
      keyFile: FilePath.absolute(key, besides: section.reader.file))
    certificate.names = names.map { $0.text.lowercased() }
    certificate.isDefault = isDefault
    certificate.line = section.line(of: "chain_file")
    return certificate
  }

  private static func hsts(_ section: ConfigurationMapping) -> HSTSConfiguration {
    var hsts = HSTSConfiguration()
    section.read("seconds", 0...63_072_000, into: &hsts.seconds)
    hsts.includesSubdomains = section.boolean("include_subdomains") ?? false
    hsts.preload = section.boolean("preload") ?? false
    section.finish()
    if hsts.preload, !hsts.includesSubdomains || hsts.seconds < 31_536_000 {
      section.complain("preload", "needs include_subdomains and at least 31536000 seconds")
    }
    return hsts
  }
}
