import Foundation
import Testing

@testable import Gateway

@Suite struct GatewayConfigurationTests {
  private static let minimal = """
    listeners: [{address: 127.0.0.1, port: 8080}]
    upstreams: {origin: {servers: [127.0.0.1:8081]}}
    routes: [{path: /v2/*, upstream: origin}]
    """

  private func parse(_ text: String, _ environment: [String: String] = [:]) throws -> GatewayConfiguration {
    try GatewayConfiguration.parse(text, file: "/etc/gateway/gateway.yaml", environment: environment)
  }

  /// The file that ships.
  private func shipped(_ environment: [String: String] = [:]) throws -> GatewayConfiguration {
    let folder = (#filePath as NSString).deletingLastPathComponent
    return try GatewayConfiguration.load(
      path: folder + "/../../../gateway-config/gateway.yaml", environment: environment)
  }

  @Test func `the shipped file is right and takes its ports from the environment`() throws {
    let plain = try shipped()
    #expect(plain.listeners == [ListenerConfiguration(address: "127.0.0.1", port: 8080)])
    #expect(plain.admin?.port == 8083)
    #expect(plain.upstreams[0].servers == [.init(host: "127.0.0.1", port: 8081)])
    let moved = try shipped(["PORT": "9000", "ADMIN_PORT": "9003", "ORIGIN_PORT": "9001"])
    #expect(moved.listeners[0].port == 9000)
    #expect(moved.admin?.port == 9003)
    #expect(moved.upstreams[0].servers[0].port == 9001)
  }

  @Test func `the defaults that the shipped file states are the defaults`() throws {
    let shipped = try shipped()
    let minimal = try parse(Self.minimal)
    #expect(shipped.limits == minimal.limits)
    #expect(shipped.timeouts == minimal.timeouts)
    #expect(shipped.accessLog == minimal.accessLog)
    var upstreams = shipped.upstreams
    upstreams[0].shedMilliseconds = nil
    upstreams[0].health = nil
    #expect(shipped.upstreams[0].health == HealthConfiguration(path: "/.well-known/jwks.json"))
    #expect(upstreams == minimal.upstreams)
    #expect(shipped.rateLimitKeys == minimal.rateLimitKeys)
  }

  @Test func `the shipped limit is a hundred a minute for each caller of the API`() throws {
    let configuration = try shipped()
    let api = try #require(configuration.routes.first { $0.path.description == "/v2/*" })
    let limit = configuration.rateLimits[try #require(api.rateLimits.first).place]
    #expect(
      limit
        == RateLimitConfiguration(
          name: "api", key: .caller,
          windows: [.init(policy: "api", requests: 100, perSeconds: 60, burst: 100)]))
    #expect(api.token == .optional)
    #expect(api.methods == .all)
  }

  @Test func `a site's folder is relative to the file that names it`() throws {
    let sites = "\nsites: {pages: {root: site/, not_found: 404.html}, other: {root: /srv/x}}"
    let configuration = try parse(Self.minimal + sites)
    #expect(configuration.sites.map(\.root) == ["/etc/gateway/site", "/srv/x"])
    #expect(configuration.sites[0].notFound == "/404.html")
  }

  @Test func `checking looks at the folders too and names the line`() throws {
    let folder = try SiteFolder(["index.html": [], "gateway.yaml": Array(Self.minimal.utf8)])
    let path = folder.path + "/gateway.yaml"
    try GatewayConfiguration.check(path: path, environment: [:], at: 0)
    let text =
      Self.minimal + "\nsites:\n  pages:\n    root: .\n    not_found: 404.html\n  other:\n    root: gone\n"
    try folder.write("gateway.yaml", Array(text.utf8))
    do throws(ConfigurationComplaints) {
      try GatewayConfiguration.check(path: path, environment: [:], at: 0)
      Issue.record("accepted")
    } catch {
      #expect(
        error.complaints.map(\.description) == [
          "\(path):6: site \"pages\": there is no /404.html under \(folder.path)/.",
          "\(path):9: site \"other\": \(folder.path)/gone cannot be read: No such file or directory",
        ])
    }
  }

  @Test func `GET brings HEAD along, and files are read only`() throws {
    let routes = """

      sites: {pages: {root: site}}
      """
    let text = Self.minimal.replacingOccurrences(
      of: "upstream: origin}", with: "upstream: origin, methods: [GET]}, {path: /*, site: pages}")
    let configuration = try parse(text + routes)
    #expect(configuration.routes[0].methods == .reading)
    #expect(configuration.routes[1].methods == .reading)
  }

  @Test func `a missing file is a complaint, not a crash`() {
    #expect(throws: ConfigurationComplaints.self) {
      try GatewayConfiguration.load(path: "/nowhere/gateway.yaml", environment: [:])
    }
  }

  @Test(
    arguments: [
      ("plain", "plain"), ("${A}", "1"), ("x${A}y${B:-2}z", "x1y2z"), ("${B:-}", ""), ("$$", "$"),
      ("$${A}", "${A}"),
      ("${E:-empty counts as missing}", "empty counts as missing"), ("${B:-a:-b}", "a:-b"),
    ])
  func `names in values come from the environment`(text: String, expanded: String) throws {
    #expect(try EnvironmentText.expand(text, ["A": "1", "E": ""]) == expanded)
  }

  @Test(arguments: ["$A", "${", "${}", "${A", "${1A}", "${A:b}", "${A-b}", "${B}", "$"])
  func `anything else with a dollar sign is a mistake`(text: String) {
    #expect(throws: EnvironmentText.Mistake.self) { try EnvironmentText.expand(text, ["A": "1"]) }
  }

  @Test(
    arguments: [
      ("listners", "listeners"), ("head_byte", "head_bytes"), ("upsteam", "upstream"), ("zzz", nil),
      ("", nil), (String(repeating: "x", count: 10_000), nil),
    ] as [(String, String?)])
  func `a slip of the hand finds the key that was meant`(key: String, meant: String?) {
    #expect(NearestName.to(key, among: ["listeners", "head_bytes", "upstream", "routes"]) == meant)
  }
}
