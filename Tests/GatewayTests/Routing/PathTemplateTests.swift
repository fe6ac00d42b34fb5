import Foundation
import NIOCore
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1))) struct PathTemplateTests {
  @Test(
    arguments: [
      ("/old/{user}/{slug}", "/new/{slug}/{user}", "/old/ann/30min", "/new/30min/ann"),
      ("/old/*", "/new/{*}", "/old/a/b%20c/", "/new/a/b%20c/"),
      ("/old/*", "/new/{*}", "/old", "/new/"),
      ("/{a}/x/*", "https://h.test/{a}?p={*}", "/1/x/2/3", "https://h.test/1?p=2/3"),
      ("/*", "/{*}", "/evil.test/x", "/evil.test/x"),
    ])
  func `pieces of the path go where the template says`(
    pattern: String, template: String, path: String, expected: String
  ) throws {
    let compiled = try #require(PathTemplate(template, of: PathPattern(pattern)!))
    let bytes = Array(path.utf8)
    var buffer = ByteBuffer()
    compiled.write(0..<bytes.count, query: nil, of: bytes.span, into: &buffer)
    #expect(String(buffer: buffer) == expected)
  }

  @Test(arguments: ["/x/{b}", "/x/{*}", "/x/{a", "/x/a}", "/x/{}"])
  func `a piece that the path does not name is a mistake`(template: String) {
    #expect(PathTemplate.whatIsWrong(with: template, of: PathPattern("/y/{a}")!) != nil)
  }

  private static let routes = """
      - {path: "/go/{name}", redirect: {to: "/to/{name}", status: 302}}
      - {path: /bare/*, redirect: {to: "/to?x=1", keep_query: false}}
      - {path: /more, redirect: {to: "/to?x=1"}}
      - {path: "/api/{version}/*", upstream: main, rewrite: "/v2/{*}"}
    """

  private func ask(_ target: String) async throws -> (answer: String, seen: [String]) {
    let upstream = try await ScriptedUpstream.start { _, _ in .last("junk\r\n\r\n") }
    let gateway = try await RunningGateway.start(upstream, settings: Self.routes)
    let client = try gateway.client()
    client.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
    let answer = try client.receiveAnswer()
    try await gateway.stop()
    return (answer, upstream.seen.requests)
  }

  @Test(
    arguments: [
      ("/go/ann?a=1&b=2", "/to/ann?a=1&b=2"), ("/go/ann", "/to/ann"), ("/bare/x?a=1", "/to?x=1"),
      ("/more?a=1", "/to?x=1&a=1"),
    ])
  func `a redirect takes the query along unless told not to`(target: String, location: String) async throws {
    let (answer, _) = try await ask(target)
    #expect(answer.contains("\r\nLocation: \(location)\r\n"))
  }

  @Test func `an upstream sees the rewritten path with the query, an error names the client's own`()
    async throws
  {
    let (answer, seen) = try await ask("/api/v9/slots/%C3%BC?start=1")
    #expect(seen.first?.hasPrefix("GET /v2/slots/%C3%BC?start=1 HTTP/1.1\r\nHost: a\r\n") == true)
    #expect(answer.hasPrefix("HTTP/1.1 502 "))
    #expect(answer.contains(#""path":"/api/v9/slots/%C3%BC""#))
  }

  @Test(
    arguments: [
      ("rewrite: /internal/x", "must be written out and not be internal"),
      ("rewrite: \"{x}\"", "must be a path"),
      ("rewrite: \"/{x}/y\"", "written out"), ("rewrite: \"/a//b\"", "must be a path"),
      ("rewrite: \"/a?b\"", "must be a path"), ("rewrite: \"/a/{z}\"", "the path has {x}"),
    ])
  func `a rewrite cannot lead where no route may`(setting: String, complaint: String) {
    let text = """
      listeners: [{address: 127.0.0.1, port: 8080}]
      upstreams: {main: {servers: [127.0.0.1:1]}}
      routes: [{path: "/p/{x}", upstream: main, \(setting)}]
      """
    do throws(ConfigurationComplaints) {
      _ = try GatewayConfiguration.parse(text, file: "x.yaml", environment: [:])
      Issue.record("accepted")
    } catch {
      #expect(error.description.contains(complaint), "\(error)")
    }
  }
}
