import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct GatewayLifeTests {
  @Test func `a shutdown lets the answer at hand end and takes no more`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let gateway = try await RunningGateway.start(upstream)
    let busy = try gateway.client()
    let idle = try gateway.client()
    idle.send("GET /moved HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try idle.receiveAnswer()
    busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await upstream.wait { $0.requests.count == 1 }
    async let stopped: Void = gateway.stop()
    #expect(try idle.receiveUntilEnd() == "")
    #expect(throws: RawClient.Timeout.self) { _ = try gateway.client() }
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
    #expect(try busy.receiveUntilEnd().hasSuffix("done"))
    try await stopped
  }

  @Test func `a shutdown waits no longer than its bound`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in .silence }
    let gateway = try await RunningGateway.start(upstream, settings: "timeouts: {drain_ms: 300}")
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await upstream.wait { $0.requests.count == 1 }
    let start = ContinuousClock().now
    try await gateway.stop()
    #expect(ContinuousClock().now - start < .seconds(5))
  }

  @Test func `a reload changes the routes of connections that are open`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(upstream)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasSuffix("up"))
    let text = """
      listeners:
        - {address: 127.0.0.1, port: 0}
      access_log: {format: off}
      routes:
        - {path: /*, redirect: {to: /new, status: 307}}
      """
    try await gateway.gateway.reload(GatewayConfiguration.parse(text, file: "test.yaml", environment: [:]))
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 307"))
    try await gateway.stop()
  }

  @Test func `a request that is under way when its route goes is answered, and counted where it is now`()
    async throws
  {
    let (first, toFirst) = AsyncStream.makeStream(of: String.self)
    let (second, toSecond) = AsyncStream.makeStream(of: String.self)
    let upstream = try await ScriptedUpstream.start { number, _ in .pieces(number == 0 ? first : second) }
    let text = """
      listeners: [{address: 127.0.0.1, port: \(RawClient.freePort())}]
      admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
      access_log: {format: text, sample_one_in: 1000000}
      upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
      routes:
      """
    let (a, b, c) = (
      "\n  - {path: /a, upstream: main}", "\n  - {path: /b, upstream: main}",
      "\n  - {path: /c, upstream: main}"
    )
    let gateway = try await RunningGateway.start(configuration: text + a + b + c)
    var clients: [RawClient] = []
    for path in ["/b", "/c"] {
      let client = try gateway.client()
      client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      clients.append(client)
      try await upstream.wait { $0.requests.count == clients.count }
    }
    try await gateway.reload(text + c)
    for sender in [toFirst, toSecond] { sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone") }
    for client in clients { #expect(try client.receiveAnswer().hasSuffix("done")) }
    let metrics = try gateway.metrics()
    #expect(metrics.contains(#"gateway_requests_total{route="/c",status="2xx"} 1"#))
    #expect(metrics.contains(#"gateway_requests_total{route="none",status="2xx"} 1"#))
    try await gateway.stop()
  }

  @Test func `keys are fetched through the engine, and a bad set later changes nothing`() async throws {
    let jwk =
      #"{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"k1","x":"fcgf4T_UTrCfJApmNJ3GYHQy6u4dOgjH5Dn0PjD8GaE","y":"04H9QQ6sEvcZeYsvtJ7bwLK9NxfPR525uIreDn6Fe0w"}"#
    let upstream = try await ScriptedUpstream.start { number, request in
      guard request.contains("jwks.json") else { return reply("up") }
      return number == 0 ? reply(#"{"keys":[\#(jwk)]}"#) : reply("{}")
    }
    let gateway = try await RunningGateway.start(
      upstream,
      settings: """
          - {path: /closed, upstream: main, token: required}
        admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
        token:
          issuer: daybook
          audience: daybook
          key_set: {upstream: main, path: /.well-known/jwks.json, refresh_seconds: 1, refresh_floor_seconds: 1}
        """)
    try await upstream.wait { $0.requests.count >= 2 }
    let admin = try RawClient(port: #require(gateway.gateway.adminPort))
    admin.send("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try admin.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    let client = try gateway.client()
    // Signed by a key of the set's id, but not by that key.
    let token = "eyJhbGciOiJFUzI1NiIsImtpZCI6ImsxIn0.eyJzdWIiOiI3In0." + String(repeating: "A", count: 86)
    client.send("GET /closed HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 401"))
    #expect(!upstream.seen.requests.contains { $0.hasPrefix("GET /closed") })
    try await gateway.stop()
  }

  @Test func `the admin listener says when the gateway is ready, and why not`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in
      .bytes("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")
    }
    let gateway = try await RunningGateway.start(
      upstream,
      settings: """
        admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
        token:
          issuer: daybook
          audience: daybook
          key_set: {upstream: main, path: /.well-known/jwks.json}
        """)
    let port = try #require(gateway.gateway.adminPort)
    let client = try RawClient(port: port)
    client.send("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n")
    let ready = try client.receiveAnswer()
    #expect(ready.hasPrefix("HTTP/1.1 503") && ready.contains("keys"))
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    client.send("GET /v2/slots HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 404"))
    try await gateway.stop()
  }
}
