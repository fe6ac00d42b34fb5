internal import Glibc
internal import JWT

/// `token`: who issues access tokens and where the keys are.
enum TokenSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("token") else { return }
    let issuer = section.string("issuer", required: true)
    let audience = section.string("audience", required: true)
    var token = TokenConfiguration(
      issuer: issuer ?? "", audience: audience ?? "", keySetUpstream: 0, keySetPath: "")
    if let keys = section.mapping("key_set", required: true) { keySet(keys, configuration, &token) }
    section.read("leeway_seconds", 0...600, into: &token.leewaySeconds)
    section.read("remembered", 0...1_000_000, into: &token.remembered)
    section.read("remembered_wrong", 0...1_000_000, into: &token.rememberedWrong)
    failures(section, &token)
    cookie(section, &token)
    section.finish()
    configuration.token = token
  }

  /// An upstream and a path there, or a file.
  private static func keySet(
    _ section: ConfigurationMapping, _ configuration: GatewayConfiguration, _ token: inout TokenConfiguration
  ) {
    if let path = section.string("file") {
      token.keySet = file(FilePath.absolute(path, besides: section.reader.file), section)
      for key in ["upstream", "path", "refresh_seconds", "refresh_floor_seconds"]
      where section.string(key) != nil {
        section.complain(key, "stands beside file; the keys come from one place")
      }
      return section.finish()
    }
    token.keySetUpstream =
      NamedPlace.upstream("upstream", in: section, configuration, required: true) ?? 0
    token.keySetPath = section.string("path", required: true) ?? ""
    if section.has("path"), !token.keySetPath.hasPrefix("/") {
      section.complain(
        "path", "is \"\(token.keySetPath)\"; it must be a path, such as /.well-known/jwks.json")
    }
    section.read("refresh_seconds", 1...86_400, into: &token.refreshSeconds)
    section.read("refresh_floor_seconds", 1...3_600, into: &token.refreshFloorSeconds)
    if !section.has("refresh_floor_seconds") {
      token.refreshFloorSeconds = min(token.refreshFloorSeconds, token.refreshSeconds)
    } else if token.refreshFloorSeconds > token.refreshSeconds {
      section.complain(
        "refresh_floor_seconds",
        "is \(token.refreshFloorSeconds), more than the \(token.refreshSeconds) seconds from one fetch to the next"
      )
    }
    section.finish()
  }

  private static func file(_ path: String, _ section: ConfigurationMapping) -> [UInt8]? {
    guard let bytes = TextFile.bytes(path, maximumBytes: 65_536) else {
      section.complain(
        "file", "is \"\(path)\", which cannot be read: \(unsafe String(cString: strerror(errno)))")
      return nil
    }
    do throws(KeySetError) {
      _ = try VerificationKeySet(jwks: bytes)
      return bytes
    } catch {
      section.complain("file", "is \"\(path)\", which is \(error)")
      return nil
    }
  }

  /// `failures: {requests: 60, per_seconds: 60}` or `failures: "off"`.
  private static func failures(_ section: ConfigurationMapping, _ token: inout TokenConfiguration) {
    guard let item = section.values("failures").first else { return }
    switch item {
    case .text(let text, _):
      if text != "off" { section.complain("failures", "is \"\(text)\"; it must be a budget or \"off\"") }
      token.failures = nil
    case .mapping(let budget):
      let requests = budget.integer("requests", 1...1_000_000, required: true) ?? 1
      let seconds = budget.integer("per_seconds", 1...86_400, required: true) ?? 1
      budget.finish()
      token.failures = .init(
        policy: "token failures", requests: requests, perSeconds: seconds, burst: requests)
    }
  }

  private static func cookie(_ section: ConfigurationMapping, _ token: inout TokenConfiguration) {
    token.cookie = section.string("cookie")
    if let name = token.cookie, !HeaderSection.isName(name) {
      section.complain("cookie", "is \"\(name)\", which cannot be the name of a cookie")
    }
    for (origin, line) in section.strings("origins") {
      let host = origin.split(separator: "://", maxSplits: 1).last.map(String.init) ?? ""
      let isOrigin =
        (origin.hasPrefix("https://") || origin.hasPrefix("http://")) && !host.isEmpty
        && !host.contains("/") && origin == origin.lowercased()
      if !isOrigin {
        section.reader.complain(
          line, "origins in \(section.name) has \"\(origin)\"; it must be such as https://book.example")
      }
      token.origins.append(origin)
    }
    if section.has("origins"), token.cookie == nil {
      section.complain("origins", "is of no use without a cookie")
    }
  }
}
