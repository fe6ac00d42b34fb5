import Foundation
import Gateway
import NIOSSL
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct CertificateReloadTests {
  @Test func `changed files are loaded by themselves, and open connections go on`() async throws {
    try await withGateway { gateway, files in
      let open = try await TLSClient(port: gateway.port)
      #expect(try await ask(open).hasPrefix("HTTP/1.1 308"))
      let old = try await open.certificate
      try files.replace("a", by: "renewed")
      let wanted = try NIOSSLCertificate.fromPEMFile(files.chain("renewed"))[0]
      try await shown(wanted, at: gateway.port)
      #expect(try await ask(open).hasPrefix("HTTP/1.1 308"))
      #expect(try await open.certificate == old)
      open.close()
    }
  }

  @Test func `a pair that does not fit leaves the old one, until it fits`() async throws {
    try await withGateway { gateway, files in
      let old = try NIOSSLCertificate.fromPEMFile(files.chain("a"))[0]
      let key = try Data(contentsOf: URL(filePath: files.key("a")))
      try FileManager.default.removeItem(atPath: files.key("a"))
      try FileManager.default.copyItem(atPath: files.key("renewed"), toPath: files.key("a"))
      try await metric(gateway, #"gateway_certificate_loads_total{result="failed"} 1"#)
      try await shown(old, at: gateway.port)
      await #expect(throws: CertificateMistake.mismatch(files.chain("a"), files.key("a"))) {
        try await gateway.reload(configuration(files))
      }
      try key.write(to: URL(filePath: files.key("a")))
      try await metric(gateway, #"gateway_certificate_loads_total{result="loaded"} 1"#)
      try await gateway.reload(configuration(files))
      try await shown(old, at: gateway.port)
    }
  }

  @Test func `tickets outlive a reload of certificates`() async throws {
    try await withGateway { gateway, files in
      let session = files.folder + "/session"
      let base = [
        "s_client", "-connect", "127.0.0.1:\(gateway.port)", "-servername", "a.test", "-tls1_3", "-ign_eof",
      ]
      let request = "GET /moved HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
      try TestCertificates.openssl(base + ["-sess_out", session], input: request)
      try files.replace("a", by: "renewed")
      try await gateway.reload(configuration(files))
      #expect(
        try TestCertificates.openssl(base + ["-sess_in", session], input: request).contains("Reused, TLSv1.3")
      )
    }
  }

  @Test func `new certificates under load fail no request`() async throws {
    try await withGateway { gateway, files in
      try files.make("second", for: "a.test")
      let port = gateway.port
      let asked = Task {
        var count = 0
        do {
          while !Task.isCancelled {
            let client = try await TLSClient(port: port)
            guard try await Self.ask(client).hasPrefix("HTTP/1.1 308") else { throw RawClient.Timeout() }
            client.close()
            count += 1
          }
        } catch is CancellationError {
          return count
        }
        return count
      }
      for name in ["renewed", "second", "renewed", "second"] {
        try files.replace("a", by: name)
        try await gateway.reload(configuration(files))
        try await shown(NIOSSLCertificate.fromPEMFile(files.chain(name))[0], at: port)
      }
      asked.cancel()
      #expect(try await asked.value > 0)
    }
  }

  @Test func `the end of a certificate is shown, and a check names what is wrong with its line`() async throws
  {
    try await withGateway { gateway, files in
      let end = try NIOSSLCertificate.fromPEMFile(files.chain("a"))[0].notValidAfter
      #expect(
        try gateway.metrics().contains(
          #"gateway_certificate_not_after_seconds{file="\#(files.chain("a"))"} \#(end)"#))
      let text = """
        listeners:
          - address: 127.0.0.1
            port: 0
            tls:
              certificates:
                - {chain_file: \(files.chain("a")), key_file: \(files.key("a"))}
                - chain_file: \(files.chain("a"))
                  key_file: \(files.key("renewed"))
        routes: [{path: /*, redirect: {to: /}}]
        """
      let configuration = try GatewayConfiguration.parse(text, file: "g.yaml", environment: [:])
      let now = Int(Date().timeIntervalSince1970)
      #expect(configuration.certificateComplaints(file: "g.yaml", at: now).map(\.line) == [7])
      let later = configuration.certificateComplaints(file: "g.yaml", at: end + 1)
      #expect(later.map(\.line) == [6, 7] && later[0].message.contains("expired"))
      #expect(configuration.certificateWarnings(file: "g.yaml", at: end - 86_400).map(\.line) == [6])
    }
  }

  // MARK: What they share

  private let adminPort = RawClient.freePort()

  private func configuration(_ files: TestCertificates) -> String {
    """
    listeners: [{address: 127.0.0.1, port: 0, tls: {certificates: \(files.list("a"))}}]
    admin: {address: 127.0.0.1, port: \(adminPort)}
    certificate_check_seconds: 1
    access_log: {format: off}
    routes: [{path: /*, redirect: {to: /there, status: 308}}]
    """
  }

  private func withGateway(_ test: (RunningGateway, TestCertificates) async throws -> Void) async throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test")
    try files.make("renewed", for: "a.test")
    let gateway = try await RunningGateway.start(configuration: configuration(files))
    try await test(gateway, files)
    try await gateway.stop()
  }

  private func ask(_ client: TLSClient) async throws -> String { try await Self.ask(client) }

  private static func ask(_ client: TLSClient) async throws -> String {
    try await client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
    return try await client.receiveAnswer()
  }

  /// Waits until new connections are shown this certificate.
  private func shown(_ certificate: NIOSSLCertificate, at port: Int) async throws {
    for _ in 0..<300 {
      let client = try await TLSClient(port: port)
      _ = try await ask(client)
      let shown = try await client.certificate
      client.close()
      if shown == certificate { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the certificate was never shown")
  }

  private func metric(_ gateway: RunningGateway, _ line: String) async throws {
    for _ in 0..<500 {
      if try gateway.metrics().contains(line) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the metrics never had \(line)")
  }
}
