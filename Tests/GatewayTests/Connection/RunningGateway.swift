import Foundation
import Gateway
import Logging

/// A whole gateway on a free port before upstreams of the test's own.
struct RunningGateway {
  let gateway: Gateway
  var port: Int { gateway.ports[0] }

  /// - Parameters:
  ///   - settings: more of the configuration, as YAML at the outermost level.
  ///   - upstream: more settings of the upstream, each line indented by four.
  static func start(
    _ upstreams: ScriptedUpstream..., settings: String = "", upstream: String = ""
  ) async throws -> RunningGateway {
    try await start(ports: upstreams.map(\.port), settings: settings, upstream: upstream)
  }

  static func start(ports: [Int], settings: String = "", upstream: String = "") async throws -> RunningGateway
  {
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0}
      access_log: {format: off}
      upstreams:
        main:
          servers: [\(ports.map { "\"127.0.0.1:\($0)\"" }.joined(separator: ", "))]
      \(upstream)
      routes:
        - {path: /*, upstream: main}
        - {path: /moved, redirect: {to: /there, status: 308}}
      \(settings)
      """
    return try await start(configuration: text)
  }

  /// - Parameter text: the whole configuration.
  static func start(
    configuration text: String, loops: Int = 1, onTakeover: @escaping @Sendable () -> Void = {}
  ) async throws -> RunningGateway {
    let configuration = try GatewayConfiguration.parse(text, file: "test.yaml", environment: [:])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return RunningGateway(
      gateway: try await Gateway.start(
        configuration, loopCount: loops, logger: logger, onTakeover: onTakeover))
  }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// Another configuration, as after SIGHUP.
  func reload(_ text: String) async throws {
    try await gateway.reload(GatewayConfiguration.parse(text, file: "test.yaml", environment: [:]))
  }

  /// What the admin listener tells Prometheus.
  func metrics() throws -> String {
    let client = try RawClient(port: gateway.adminPort ?? 0)
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    return try client.receiveUntilEnd()
  }

  func stop() async throws { try await gateway.shutdown() }
}

/// An answer of an upstream with a body.
func reply(_ body: String, _ fields: String = "") -> ScriptedUpstream.Reply {
  .bytes("HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
}
