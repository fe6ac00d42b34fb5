import Foundation
import Gateway
import Logging

/// A whole gateway whose one route stores answers, before an upstream of the test's own.
struct CachedGateway {
  let gateway: Gateway
  var port: Int { gateway.ports[0] }

  /// - Parameters:
  ///   - cache: settings of the route's cache, as a YAML mapping.
  ///   - settings: more of the configuration, as YAML at the outermost level.
  static func start(
    _ upstream: ScriptedUpstream, cache: String = "{}", loops: Int = 1, settings: String = ""
  ) async throws -> CachedGateway {
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0}
      admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
      access_log: {format: off}
      upstreams:
        main:
          servers: ["127.0.0.1:\(upstream.port)"]
      routes:
        - {path: /*, upstream: main, cache: \(cache)}
        - {path: /plain, upstream: main}
      \(settings)
      """
    let configuration = try GatewayConfiguration.parse(text, file: "test.yaml", environment: [:])
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return CachedGateway(gateway: try await Gateway.start(configuration, loopCount: loops, logger: logger))
  }

  func client() throws -> RawClient { try RawClient(port: port) }

  /// The answer to one request on a connection of its own.
  func get(_ target: String, _ fields: String = "", method: String = "GET", host: String = "a.test") throws
    -> String
  {
    let client = try client()
    client.send("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
    return try client.receiveAnswer(isHead: method == "HEAD")
  }

  func stop() async throws { try await gateway.shutdown() }
}

extension String {
  /// The value of a field of an answer.
  func field(_ name: String) -> String? {
    for line in components(separatedBy: "\r\n").dropFirst() {
      if line.isEmpty { return nil }
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts[0].lowercased() == name.lowercased() { return parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return nil
  }

  var isHit: Bool { field("Cache-Status")?.contains("; hit") == true }

  var body: String { components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }
}
