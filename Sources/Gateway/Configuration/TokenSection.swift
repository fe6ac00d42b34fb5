/// `token`: who issues access tokens and where the keys are.
enum TokenSection {
  static func read(_ root: ConfigurationMapping, _ configuration: inout GatewayConfiguration) {
    guard let section = root.mapping("token") else { return }
    let issuer = section.string("issuer", required: true)
    let audience = section.string("audience", required: true)
    let keys = section.mapping("key_set", required: true)
    let upstream = keys.flatMap { NamedPlace.upstream("upstream", in: $0, configuration, required: true) }
    let path = keys?.string("path", required: true)
    if let keys, let path, !path.hasPrefix("/") {
      keys.complain("path", "is \"\(path)\"; it must be a path, such as /.well-known/jwks.json")
    }
    var token = TokenConfiguration(
      issuer: issuer ?? "", audience: audience ?? "", keySetUpstream: upstream ?? 0, keySetPath: path ?? "")
    section.read("leeway_seconds", 0...600, into: &token.leewaySeconds)
    section.read("remembered", 0...1_000_000, into: &token.remembered)
    keys?.read("refresh_seconds", 1...86_400, into: &token.refreshSeconds)
    keys?.read("refresh_floor_seconds", 1...3_600, into: &token.refreshFloorSeconds)
    keys?.finish()
    section.finish()
    configuration.token = token
  }
}
