import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ListenerReloadTests {
  @Test func `listeners come, go and change with a reload, and no request fails`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let (first, second) = (RawClient.freePort(), RawClient.freePort())
    let gateway = try await RunningGateway.start(
      configuration: configuration(upstream, "{address: 127.0.0.1, port: \(first)}"), loops: 2)
    let hammer = Hammer(port: first, clients: 4, keepsAlive: false)
    try await hammer.wait(forMore: 50)
    try await gateway.reload(
      configuration(upstream, "{address: 127.0.0.1, port: \(first)}, {address: 127.0.0.1, port: \(second)}"))
    #expect(await gateway.gateway.currentPorts == [first, second])
    try #expect(answer(RawClient(port: second)).hasPrefix("HTTP/1.1 200"))
    try await hammer.wait(forMore: 50)
    try await gateway.reload(
      configuration(
        upstream,
        "{address: 127.0.0.1, port: \(second), redirect_to_https: 8443}, {address: 127.0.0.1, port: \(first)}"
      ))
    try #expect(answer(RawClient(port: second)).hasPrefix("HTTP/1.1 308"))
    try await hammer.wait(forMore: 50)
    try await gateway.reload(configuration(upstream, "{address: 127.0.0.1, port: \(first)}"))
    #expect(throws: RawClient.Timeout.self) { _ = try RawClient(port: second) }
    try await hammer.wait(forMore: 50)
    #expect(try await hammer.stop() == [])
    try await gateway.stop()
  }

  @Test func `a reload that cannot have what it wants changes nothing`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let (first, taken) = (RawClient.freePort(), upstream.port)
    let gateway = try await RunningGateway.start(
      configuration: configuration(upstream, "{address: 127.0.0.1, port: \(first)}"))
    await #expect(throws: (any Error).self) {
      try await gateway.reload(
        configuration(
          upstream,
          "{address: 127.0.0.1, port: \(first), redirect_to_https: 8443}, {address: 127.0.0.1, port: \(taken)}"
        ))
    }
    try #expect(answer(RawClient(port: first)).hasPrefix("HTTP/1.1 200"))
    #expect(await gateway.gateway.currentPorts == [first])
    try #expect(gateway.metrics().contains(#"gateway_configuration_loads_total{result="failed"} 1"#))
    try await gateway.stop()
  }

  @Test func `without memory left nobody is let in, and with more of it everybody is`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let listener = "{address: 127.0.0.1, port: \(RawClient.freePort())}"
    let gateway = try await RunningGateway.start(
      configuration: configuration(upstream, listener) + "\nlimits: {memory_bytes: 1000}")
    try await eventually { try answer(gateway.client()) == "" }
    try #expect(gateway.metrics().contains("gateway_memory_limit_bytes 900"))
    try await gateway.reload(configuration(upstream, listener) + "\nlimits: {memory_bytes: 1099511627776}")
    try await eventually { try answer(gateway.client()).hasPrefix("HTTP/1.1 200") }
    try await gateway.stop()
  }

  @Test(arguments: [
    (descriptors: 100_000, connections: 20_000), (descriptors: 20_000, connections: 18_772),
    (descriptors: 256, connections: 90), (descriptors: 10, connections: 1),
  ])
  func `no more connections are held than there are file descriptors for`(
    descriptors: Int, connections: Int
  ) throws {
    var configuration = GatewayConfiguration()
    configuration.listeners = [ListenerConfiguration(address: "127.0.0.1", port: 1)]
    configuration.upstreams = [UpstreamConfiguration(name: "a", servers: [.init(host: "a", port: 1)])]
    #expect(
      ConnectionBudget.connections(configuration, descriptors: descriptors, loops: 2) == connections)
  }

  /// Waits until it is so.
  private func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<500 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it never was so")
  }

  private let adminPort = RawClient.freePort()

  private func answer(_ client: RawClient) throws -> String {
    client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
    return try client.receiveUntilEnd()
  }

  private func configuration(_ upstream: ScriptedUpstream, _ listeners: String) -> String {
    """
    listeners: [\(listeners)]
    admin: {address: 127.0.0.1, port: \(adminPort)}
    access_log: {format: off}
    upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
    routes: [{path: /*, upstream: main}]
    """
  }
}
