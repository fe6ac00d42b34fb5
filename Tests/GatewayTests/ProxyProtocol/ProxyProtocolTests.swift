import Foundation
import Gateway
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ProxyProtocolTests {
  @Test func `the client is whom a trusted balancer names, and nobody else is believed`() async throws {
    try await withGateway { gateway, upstream in
      let client = try gateway.client()
      client.send(
        "PROXY TCP4 192.0.2.9 198.51.100.2 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"
      )
      #expect(try client.receiveAnswer().hasSuffix("up"))
      client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.receiveAnswer().hasSuffix("up"))
      #expect(upstream.seen.requests.allSatisfy { $0.contains("X-Forwarded-For: 192.0.2.9\r\n") })
    }
  }

  @Test func `a header that comes byte by byte is read`() async throws {
    try await withGateway { gateway, upstream in
      let client = try gateway.client()
      for byte in Array("PROXY TCP6 2001:db8::7 ::1 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8) {
        client.send([byte])
      }
      #expect(try client.receiveAnswer().hasSuffix("up"))
      #expect(upstream.seen.requests[0].contains("X-Forwarded-For: 2001:db8::7\r\n"))
    }
  }

  @Test func `without a header, or with a wrong one, the connection ends unanswered`() async throws {
    try await withGateway { gateway, upstream in
      for text in [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROXY TCP4 1.2.3.4\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
      ] {
        let client = try gateway.client()
        client.send(text)
        #expect(try client.receiveUntilEnd() == "")
      }
      let late = try gateway.client()
      late.send("PROXY TCP4 ")
      #expect(try late.receiveUntilEnd() == "")
      #expect(upstream.seen.requests.isEmpty)
      let metrics = try gateway.metrics()
      #expect(metrics.contains(#"gateway_entrance_failures_total{reason="proxy_header"} 2"#))
      #expect(metrics.contains(#"gateway_entrance_failures_total{reason="timed_out"} 1"#))
    }
  }

  @Test func `who is not trusted may not speak it`() async throws {
    try await withGateway(trusted: "10.0.0.0/8") { gateway, upstream in
      let client = try gateway.client()
      client.send("PROXY TCP4 192.0.2.9 198.51.100.2 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.receiveUntilEnd() == "")
      #expect(upstream.seen.requests.isEmpty)
      #expect(try gateway.metrics().contains(#"gateway_entrance_failures_total{reason="untrusted_proxy"} 1"#))
    }
  }

  @Test func `the header stands before TLS`() async throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test")
    try await withGateway(tls: ", tls: {certificates: \(files.list("a"))}") { gateway, upstream in
      let header = Array("PROXY TCP4 192.0.2.9 198.51.100.2 1 2\r\n".utf8)
      let client = try await TLSClient(port: gateway.port, preamble: header)
      try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
      #expect(try await client.receiveAnswer().hasSuffix("up"))
      #expect(
        upstream.seen.requests[0].contains("X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"))
      client.close()
    }
  }

  private func withGateway(
    trusted: String = "127.0.0.1", tls: String = "",
    _ test: (RunningGateway, ScriptedUpstream) async throws -> Void
  ) async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      configuration: """
        listeners: [{address: 127.0.0.1, port: 0, proxy_protocol: true\(tls)}]
        admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
        trusted_proxies: ["\(trusted)"]
        timeouts: {handshake_ms: 500}
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        """)
    try await test(gateway, upstream)
    try await gateway.stop()
  }
}
