import Foundation
import Gateway
import Testing

/// Programs that others have written.
@Suite(.serialized, .timeLimit(.minutes(1))) struct HTTP2ClientsTests {
  private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private static let curl = "/usr/bin/curl"
  private static let h2load = "/usr/bin/h2load"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: curl)))
  func `curl asks, sends, and sends a large body`() async throws {
    let upstream = try await ScriptedUpstream.start { _, request in
      reply(
        "\(request.utf8.count > 100_000 ? "large" : "small") \(request.prefix { $0 != "\r" && $0 != "\r\n" })"
      )
    }
    let gateway = try await RunningGateway.start(upstream)
    let url = "http://127.0.0.1:\(gateway.port)"
    let common = ["-s", "--max-time", "20", "--http2-prior-knowledge", "-w", " %{http_version} %{http_code}"]
    #expect(try run(Self.curl, common + [url + "/a"]).output == "small GET /a HTTP/1.1 2 200")
    #expect(try run(Self.curl, common + ["-d", "a=b", url + "/b"]).output == "small POST /b HTTP/1.1 2 200")
    let file = FileManager.default.temporaryDirectory.appending(path: "curl-\(UUID().uuidString)")
    try Data(repeating: 0x61, count: 300_000).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let large = try run(Self.curl, common + ["-T", file.path, "-H", "Expect:", url + "/c"])
    #expect(large.output == "large PUT /c HTTP/1.1 2 200")
    let folded = try run(
      Self.curl, common + ["-o", "/dev/null", "-H", "Connection: x", "-H", "X: y", url + "/d"])
    #expect(folded.status == 0)
    try await gateway.stop()
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: curl)))
  func `over TLS it is chosen by ALPN, unless the listener does without`() async throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test")
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(
      configuration: """
        listeners:
          - {address: 127.0.0.1, port: 0, hsts: {}, tls: {certificates: \(files.list("a"))}}
          - {address: 127.0.0.1, port: 0, http2: false, tls: {certificates: \(files.list("a"))}}
          - {address: 127.0.0.1, port: 0, http2: false}
        access_log: {format: off}
        upstreams: {main: {servers: ["127.0.0.1:\(upstream.port)"]}}
        routes: [{path: /*, upstream: main}]
        """)
    func ask(_ place: Int) throws -> String {
      let port = gateway.gateway.ports[place]
      return try run(
        Self.curl,
        [
          "-sk", "--max-time", "20", "--http2", "--resolve", "a.test:\(port):127.0.0.1", "-w",
          " %{http_version} %{http_code} %header{strict-transport-security}", "https://a.test:\(port)/",
        ]
      ).output
    }
    #expect(try ask(0) == "ok 2 200 max-age=31536000")
    #expect(try ask(1).hasPrefix("ok 1.1 200"))
    let seen = try #require(upstream.seen.requests.first)
    #expect(seen.contains("X-Forwarded-Proto: https\r\n") && seen.contains("Via: 2.0 daybook\r\n"))
    let plain = try RawClient(port: gateway.gateway.ports[2])
    plain.send(FrameClient.greeting)
    #expect(try plain.receiveUntilEnd().hasPrefix("HTTP/1.1 400"))
    try await gateway.stop()
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: h2load)))
  func `h2load gets an answer to each of thousands of requests`() async throws {
    let upstream = try await ScriptedUpstream.start { _, _ in reply("ok") }
    let gateway = try await RunningGateway.start(upstream)
    let done = try run(
      Self.h2load, ["-n", "3000", "-c", "5", "-m", "20", "http://127.0.0.1:\(gateway.port)/a"])
    #expect(done.output.contains("3000 succeeded, 0 failed"))
    try await gateway.stop()
  }
}
