import Foundation
import Logging
import Synchronization

@testable import Gateway

/// A whole gateway whose routes and filters the test writes.
enum FilterGateway {
  /// - Parameters:
  ///   - settings: YAML at the outermost level; routes are part of it.
  ///   - upstream: more settings of the upstream `main`, each line indented by four.
  static func configuration(
    port: Int, _ settings: String, upstream: String = "", folder: String = "/"
  ) throws -> GatewayConfiguration {
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0}
      access_log: {format: off}
      upstreams:
        main:
          servers: ["127.0.0.1:\(port)"]
      \(upstream)
      \(settings)
      """
    var configuration = try GatewayConfiguration.parse(text, file: folder + "test.yaml", environment: [:])
    // Any free port, which in the file would count as the same one.
    configuration.admin = ListenerConfiguration(address: "127.0.0.1", port: 0)
    return configuration
  }

  static func start(
    _ upstream: ScriptedUpstream, _ settings: String, upstream more: String = "", loops: Int = 1,
    folder: String = "/"
  ) async throws -> RunningGateway {
    let configuration = try configuration(port: upstream.port, settings, upstream: more, folder: folder)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return RunningGateway(
      gateway: try await Gateway.start(configuration, loopCount: loops, logger: logger))
  }
}

extension RunningGateway {
  /// One request on a connection of its own.
  func ask(_ method: String = "GET", _ target: String, _ fields: [String] = []) throws -> String {
    let client = try client()
    client.send(
      (["\(method) \(target) HTTP/1.1", "Host: daybook.test", "Content-Length: 0", "Connection: close"]
        + fields)
        .joined(separator: "\r\n") + "\r\n\r\n")
    return try client.receiveUntilEnd()
  }

  func status(_ method: String = "GET", _ target: String, _ fields: [String] = []) throws -> Int {
    Int(try ask(method, target, fields).dropFirst(9).prefix(3)) ?? 0
  }

  /// The value of one series of /metrics, 0 when there is none.
  func metric(_ series: String) throws -> Double {
    guard let port = gateway.adminPort else { return 0 }
    let client = try RawClient(port: port)
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    let text = try client.receiveUntilEnd()
    let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(series + " ") }
    return line.flatMap { Double($0.dropFirst(series.count + 1)) } ?? 0
  }

  /// Metrics come with the loop's next tick.
  func wait(for series: String, _ condition: (Double) -> Bool) async throws {
    for _ in 0..<500 {
      if condition(try metric(series)) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RawClient.Timeout()
  }
}
