import Foundation
import Gateway
import NIOSSL
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct TLSListenerTests {
  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func `requests are answered, and the upstream is told that they came by https`(version: TLSVersion)
    async throws
  {
    try await withGateway { gateway, upstream in
      let client = try await TLSClient(port: gateway.port, versions: (version, version))
      for _ in 0..<3 {
        try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-Proto: gopher\r\n\r\n")
        let answer = try await client.receiveAnswer()
        #expect(answer.hasPrefix("HTTP/1.1 200") && answer.hasSuffix("up"))
        #expect(answer.contains("Strict-Transport-Security: max-age=31536000\r\n"))
      }
      #expect(upstream.seen.requests.count == 3)
      for request in upstream.seen.requests {
        #expect(request.contains("X-Forwarded-Proto: https\r\n") && request.contains(";proto=https\r\n"))
      }
      client.close()
    }
  }

  @Test func `older versions are refused`() async throws {
    try await withGateway { gateway, _ in
      let client = try await TLSClient(port: gateway.port, versions: (.tlsv1, .tlsv11))
      #expect(try await client.receiveUntilEnd() == "")
      #expect(client.error is NIOSSLError)
      try await metric(gateway, #"gateway_entrance_failures_total{reason="handshake_failed"} 1"#)
    }
  }

  @Test(arguments: [("a.test", "a"), ("x.w.test", "w"), ("else.test", "a")])
  func `the certificate is chosen by the name that the client asks for`(name: String, expected: String)
    async throws
  {
    let files = try certificates()
    defer { files.remove() }
    try await withGateway(files) { gateway, _ in
      let client = try await TLSClient(port: gateway.port, name: name)
      try await client.send("GET / HTTP/1.1\r\nHost: \(name)\r\n\r\n")
      #expect(try await client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
      let wanted = try NIOSSLCertificate.fromPEMFile(files.chain(expected))
      #expect(try await client.certificate == wanted[0])
      client.close()
    }
  }

  @Test(
    arguments: [
      ("a.test", "a.test:8443", 200), ("a.test", "www.a.test", 200), ("a.test", "x.w.test", 421),
      ("a.test", "unknown.test", 421), ("x.w.test", "y.w.test", 200), ("x.w.test", "a.test", 421),
      (nil, "a.test", 200), (nil, "127.0.0.1", 200), (nil, "x.w.test", 421), ("A.TEST", "a.Test", 200),
    ] as [(String?, String, Int)])
  func `a request for another host than the connection's is misdirected`(
    name: String?, host: String, status: Int
  ) async throws {
    try await withGateway { gateway, upstream in
      let client = try await TLSClient(port: gateway.port, name: name)
      try await client.send("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
      let answer = try await client.receiveAnswer()
      #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
      #expect(upstream.seen.requests.count == (status == 200 ? 1 : 0))
      client.close()
    }
  }

  @Test func `sessions resume on every loop, by the tickets of both versions`() async throws {
    try await withGateway(loops: 2) { gateway, _ in
      let base = ["s_client", "-connect", "127.0.0.1:\(gateway.port)", "-servername", "a.test"]
      let second = try TestCertificates.openssl(base + ["-tls1_2", "-reconnect"])
      #expect(second.ranges(of: "Reused, TLSv1.2").count == 5)
      let session = NSTemporaryDirectory() + "session-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: session) }
      let request = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
      try TestCertificates.openssl(
        base + ["-tls1_3", "-ign_eof", "-quiet", "-sess_out", session], input: request)
      for _ in 0..<6 {
        let again = try TestCertificates.openssl(
          base + ["-tls1_3", "-ign_eof", "-sess_in", session], input: request)
        #expect(again.contains("Reused, TLSv1.3") && again.contains("HTTP/1.1 200"))
      }
    }
  }

  @Test func `ALPN comes to what the client can, h2 first, and renegotiation to nothing`() async throws {
    try await withGateway { gateway, _ in
      let base = ["s_client", "-connect", "127.0.0.1:\(gateway.port)", "-servername", "a.test"]
      #expect(
        try TestCertificates.openssl(base + ["-alpn", "http/1.1,h2"]).contains("ALPN protocol: h2"))
      #expect(
        try TestCertificates.openssl(base + ["-alpn", "http/1.1"]).contains("ALPN protocol: http/1.1"))
      let answer = try TestCertificates.openssl(base + ["-tls1_2"], input: "R\n")
      #expect(!answer.contains("HTTP/1.1 200"))
      let weak = try TestCertificates.openssl(base + ["-tls1_2", "-cipher", "AES128-SHA:AES256-GCM-SHA384"])
      #expect(weak.contains("Cipher is (NONE)"))
    }
  }

  @Test func `a client that says goodbye still gets the answer that it waits for`() async throws {
    let (pieces, sender) = AsyncStream.makeStream(of: String.self)
    let files = try certificates()
    defer { files.remove() }
    let upstream = try await ScriptedUpstream.start { _, _ in .pieces(pieces) }
    let gateway = try await start(files, upstream)
    let client = try await TLSClient(port: gateway.port, halfCloses: true)
    try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
    try await upstream.wait { $0.requests.count == 1 }
    try await client.endInput()
    sender.yield("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
    #expect(try await client.receiveUntilEnd().hasSuffix("late"))
    try await gateway.stop()
  }

  @Test func `the end of a connection is said before it comes`() async throws {
    try await withGateway { gateway, _ in
      let client = try await TLSClient(port: gateway.port)
      try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
      #expect(try await client.receiveUntilEnd().hasSuffix("up"))
      #expect(client.error == nil)
    }
  }

  @Test func `an answer waits for its client instead of filling memory`() async throws {
    let files = try certificates()
    defer { files.remove() }
    let upstream = try await ScriptedUpstream.start { _, _ in .flood(200_000_000) }
    let gateway = try await start(files, upstream)
    let client = try await TLSClient(port: gateway.port)
    try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
    try await client.stopReading()
    try await upstream.wait { $0.floodBytes > 100_000 }
    var last = -1
    while upstream.seen.floodBytes != last {
      last = upstream.seen.floodBytes
      try await Task.sleep(for: .milliseconds(200))
    }
    #expect(last < 60_000_000)
    client.close()
    try await gateway.stop()
  }

  @Test func `plain HTTP on an encrypted port is told so`() async throws {
    try await withGateway { gateway, _ in
      let client = try gateway.client()
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
      #expect(try client.receiveUntilEnd().hasPrefix("HTTP/1.1 400"))
      try await metric(gateway, #"gateway_entrance_failures_total{reason="plain_http"} 1"#)
    }
  }

  @Test func `a handshake has a time limit`() async throws {
    try await withGateway(settings: "timeouts: {handshake_ms: 200}") { gateway, _ in
      let client = try gateway.client()
      client.send([0x16, 0x03, 0x01])
      #expect(try client.receiveUntilEnd() == "")
      try await metric(gateway, #"gateway_entrance_failures_total{reason="timed_out"} 1"#)
      try await metric(gateway, "gateway_handshakes_under_way 0")
    }
  }

  @Test func `handshakes under way are bounded, and room comes back`() async throws {
    try await withGateway(settings: "limits: {handshakes: 2}") { gateway, _ in
      let slow = [try gateway.client(), try gateway.client()]
      try await metric(gateway, "gateway_handshakes_under_way 2")
      let third = try gateway.client()
      #expect(try third.receiveUntilEnd() == "")
      for client in slow { client.close() }
      try await metric(gateway, "gateway_handshakes_under_way 0")
      let client = try await TLSClient(port: gateway.port)
      try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
      #expect(try await client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
      client.close()
    }
  }

  @Test func `plain requests are sent to https, challenges and requests by https excepted`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      configuration: """
        listeners: [{address: 127.0.0.1, port: 0, redirect_to_https: 8443}]
        trusted_proxies: [127.0.0.1]
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        """)
    let client = try gateway.client()
    client.send("POST /a%20b?c=d HTTP/1.1\r\nHost: a.test:8080\r\nContent-Length: 2\r\n\r\nhi")
    let answer = try client.receiveAnswer()
    #expect(
      answer.hasPrefix("HTTP/1.1 308") && answer.contains("Location: https://a.test:8443/a%20b?c=d\r\n"))
    client.send("GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: a.test\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-Proto: https\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    client.send("GET / HTTP/1.0\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 400"))
    try await gateway.stop()
  }

  @Test func `where proxies write Forwarded, its scheme is believed and no other field`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      configuration: """
        listeners: [{address: 127.0.0.1, port: 0, redirect_to_https: 8443}]
        trusted_proxies: [127.0.0.1]
        forwarding_field: forwarded
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        """)
    let client = try gateway.client()
    client.send("GET / HTTP/1.1\r\nHost: a.test\r\nForwarded: for=1.2.3.4;proto=https\r\n\r\n")
    #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 200"))
    let seen = upstream.seen.requests.last ?? ""
    #expect(
      seen.contains("X-Forwarded-Proto: https\r\n")
        && seen.contains("for=1.2.3.4;host=\"a.test\";proto=https"))
    for field in [
      "X-Forwarded-Proto: https", "X-Forwarded-Proto: https\r\nForwarded: for=1.2.3.4;proto=http",
    ] {
      client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\(field)\r\n\r\n")
      #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 308"))
    }
    try await gateway.stop()
  }

  @Test func `in clear only a trusted proxy that ended TLS may ask for https resources`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await RunningGateway.start(
      configuration: """
        listeners: [{address: 127.0.0.1, port: 0}]
        trusted_proxies: [127.0.0.1]
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        """)
    let client = try gateway.client()
    for (field, status) in [
      ("X: y", "200"), ("X-Forwarded-Proto: https", "200"), ("X-Forwarded-Proto: http", "421"),
    ] {
      client.send("GET https://a.test/ HTTP/1.1\r\nHost: a.test\r\n\(field)\r\n\r\n")
      #expect(try client.receiveAnswer().hasPrefix("HTTP/1.1 \(status)"))
    }
    try await gateway.stop()
  }

  // MARK: What they share

  private func certificates() throws -> TestCertificates {
    let files = try TestCertificates()
    try files.make("a", for: "a.test", "www.a.test")
    try files.make("w", for: "*.w.test")
    return files
  }

  private func start(
    _ files: TestCertificates, _ upstream: ScriptedUpstream, settings: String = "", loops: Int = 1
  ) async throws -> RunningGateway {
    try await RunningGateway.start(
      configuration: """
        listeners:
          - {address: 127.0.0.1, port: 0, hsts: {}, tls: {certificates: \(files.list("a", "w"))}}
        admin: {address: 127.0.0.1, port: \(RawClient.freePort())}
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        \(settings)
        """, loops: loops)
  }

  private func withGateway(
    _ given: TestCertificates? = nil, settings: String = "", loops: Int = 1,
    _ test: (RunningGateway, ScriptedUpstream) async throws -> Void
  ) async throws {
    let files = try given ?? certificates()
    defer { if given == nil { files.remove() } }
    let upstream = try await ScriptedUpstream.start { _, _ in reply("up") }
    let gateway = try await start(files, upstream, settings: settings, loops: loops)
    try await test(gateway, upstream)
    try await gateway.stop()
  }

  /// Waits until the metrics have this line.
  private func metric(_ gateway: RunningGateway, _ line: String) async throws {
    for _ in 0..<500 {
      if try gateway.metrics().contains(line) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the metrics never had \(line)")
  }
}
