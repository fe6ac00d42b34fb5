import Foundation
import Testing

@testable import Gateway

@Suite struct ConfigurationCheckTests {
  private func check(_ text: String) throws -> [String] {
    let folder = try SiteFolder([
      "site/index.html": [], "site/book.html": [], "gateway.yaml": Array(text.utf8),
    ])
    let path = folder.path + "/gateway.yaml"
    return try GatewayConfiguration.check(path: path, environment: [:], at: 0).warnings.map {
      $0.description.replacingOccurrences(of: path, with: "F")
    }
  }

  @Test func `what nothing uses is a warning with its line`() throws {
    let text = """
      listeners: [{address: 127.0.0.1, port: 8080}]
      upstreams:
        main: {servers: [127.0.0.1:1]}
        spare: {servers: [127.0.0.1:2]}
      rate_limits:
        api: {requests: 1, per_seconds: 1, key: client_ip}
      header_sets: {x: {A: b}, y: {A: b}}
      cors: {open: {origins: "*"}}
      sites: {pages: {root: site}}
      routes: [{path: /*, upstream: main, header_set: x}]
      """
    #expect(
      try check(text) == [
        "F:4: upstreams \"spare\" is used by nothing", "F:6: rate_limits \"api\" is used by nothing",
        "F:7: header_sets \"y\" is used by nothing", "F:8: cors \"open\" is used by nothing",
        "F:9: sites \"pages\" is used by nothing",
      ])
  }

  @Test func `a page rewrite that a route takes away is a warning`() throws {
    let text = """
      listeners: [{address: 127.0.0.1, port: 8080}]
      upstreams: {main: {servers: [127.0.0.1:1]}}
      sites:
        pages:
          root: site
          rewrites: {"/book/{user}": book.html, "/b/{user}": book.html}
      routes:
        - {path: /book/*, upstream: main}
        - {path: /*, site: pages}
      """
    #expect(
      try check(text) == [
        "F:5: rewrite \"/book/{user}\" of site \"pages\" is never reached: route 1, /book/*, takes its paths"
      ])
  }

  @Test func `a certificate that cannot be used is named with its line`() throws {
    let text = """
      listeners:
        - address: 127.0.0.1
          port: 8443
          tls:
            certificates:
              - chain_file: gone.pem
                key_file: gone.key
      routes: [{path: /*, redirect: {to: /x}}]
      """
    do throws(ConfigurationComplaints) {
      let folder = try? SiteFolder(["gateway.yaml": Array(text.utf8)])
      try GatewayConfiguration.check(path: (folder?.path ?? "") + "/gateway.yaml", environment: [:], at: 0)
      Issue.record("accepted")
    } catch {
      #expect(error.complaints.map(\.line) == [6])
      #expect(error.description.contains("gone.pem cannot be read"))
    }
  }

  @Test(arguments: [
    ("takeover_socket: /nope/dir/s", 1, "whose folder cannot be written to: No such file or directory"),
    ("sites: {s: {root: site, index: nope.html}}", 1, "nope.html"),
  ])
  func `what a key names and is not there is a mistake`(line: String, number: Int, text: String) throws {
    do {
      _ = try check(
        line + """

          listeners: [{address: 127.0.0.1, port: 8080}]
          upstreams: {main: {servers: [127.0.0.1:1]}}
          routes: [{path: /*, upstream: main}]
          """)
      Issue.record("accepted")
    } catch let error as ConfigurationComplaints {
      #expect(error.complaints.map(\.line) == [number])
      #expect(error.description.contains(text), "\(error)")
    }
  }

  @Test func `the shipped file has nothing to warn of`() throws {
    let folder = (#filePath as NSString).deletingLastPathComponent
    let configuration = try GatewayConfiguration.check(
      path: folder + "/../../../gateway-config/gateway.yaml", environment: [:], at: 0)
    #expect(configuration.warnings == [])
  }
}
