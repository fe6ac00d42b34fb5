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
    _ upstreams: ScriptedUpstream..., settings: String = "", upstream: String = "", loopCount: Int = 1
  ) async throws -> RunningGateway {
    try await start(
      servers: upstreams.map { "127.0.0.1:\($0.port)" }, settings: settings, upstream: upstream,
      loopCount: loopCount)
  }

  static func start(ports: [Int], settings: String = "", upstream: String = "") async throws -> RunningGateway
  {
    try await start(servers: ports.map { "127.0.0.1:\($0)" }, settings: settings, upstream: upstream)
  }

  /// - Parameters:
  ///   - route: more settings of the route.
  ///   - listener: more settings of the listener.
  static func start(
    servers: [String], route: String = "", listener: String = "", settings: String = "",
    upstream: String = "", loopCount: Int = 1,
    resolver: UpstreamResolver = .system
  ) async throws -> RunningGateway {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return RunningGateway(
      gateway: try await Gateway.start(
        configuration(
          servers: servers, route: route, listener: listener, settings: settings, upstream: upstream),
        loopCount: loopCount, resolver: resolver, logger: logger))
  }

  static func configuration(
    servers: [String], route: String = "", listener: String = "", settings: String = "", upstream: String = ""
  ) throws -> GatewayConfiguration {
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0\(listener.isEmpty ? "" : ", \(listener)")}
      access_log: {format: off}
      upstreams:
        main:
          servers: [\(servers.map { "\"\($0)\"" }.joined(separator: ", "))]
      \(upstream)
      routes:
        - {path: /*, upstream: main\(route.isEmpty ? "" : ", \(route)")}
        - {path: /moved, redirect: {to: /there, status: 308}}
      \(settings)
      """
    return try GatewayConfiguration.parse(text, file: "test.yaml", environment: [:])
  }

  /// Waits until something is so, or gives up.
  func waitUntil(_ condition: () throws -> Bool) async throws {
    for _ in 0..<500 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RawClient.Timeout()
  }

  /// Asks again and again until the answer ends so.
  func waitForAnswer(_ request: String, _ suffix: String) async throws {
    let client = try client()
    try await waitUntil {
      client.send(request)
      return try client.receiveAnswer().hasSuffix(suffix)
    }
  }

  /// Asks until the request is one that an upstream gets, as its second; its answer is still to come.
  func waitForTrial(_ client: RawClient, _ request: String, _ upstream: ScriptedUpstream) async throws {
    client.send(request)
    try await waitUntil {
      if upstream.seen.requests.count == 2 { return true }
      if client.hasInput {
        _ = try client.receiveAnswer()
        client.send(request)
      }
      return false
    }
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
