import Foundation
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1))) struct CrossOriginTests {
  private static let settings = """
    rate_limits: {few: {requests: 1, per_seconds: 60, key: client_ip}}
    cors:
      open: {origins: "*", headers: [Authorization, Content-Type], expose: [X-Request-Id], max_age_seconds: 60}
      listed:
        origins: [https://app.example.com, "https://*.pages.example", "null"]
        methods: [GET, PUT]
        credentials: true
    """

  private static let routes = """
      - {path: /open/*, upstream: main, cors: open, rate_limits: [few]}
      - {path: /listed/*, upstream: main, cors: listed}
      - {path: /plain/*, upstream: main}
      - {path: /moved/open, redirect: {to: /there}, cors: open}
    """

  private func ask(_ head: String, skip: Int = 0) async throws -> (answer: String, seen: [String]) {
    let upstream = try await ScriptedUpstream.start { _, _ in
      reply("up", "Access-Control-Allow-Origin: https://upstream.test\r\nVary: Accept\r\n")
    }
    let gateway = try await RunningGateway.start(upstream, settings: Self.routes + "\n" + Self.settings)
    let client = try gateway.client()
    client.send(head + "\r\nHost: a\r\n\r\n")
    for _ in 0..<skip { _ = try client.receiveAnswer() }
    let answer = try client.receiveAnswer()
    let seen = upstream.seen.requests
    try await gateway.stop()
    return (answer, seen)
  }

  private func fields(_ answer: String, _ name: String) -> [String] {
    answer.split(separator: "\r\n").filter { $0.hasPrefix(name + ": ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  @Test func `a preflight is answered at the edge and the upstream hears nothing`() async throws {
    let (answer, seen) = try await ask(
      "OPTIONS /open/x HTTP/1.1\r\nOrigin: https://any.test\r\nAccess-Control-Request-Method: POST")
    #expect(answer.hasPrefix("HTTP/1.1 204 "))
    #expect(fields(answer, "Access-Control-Allow-Origin") == ["*"])
    #expect(fields(answer, "Access-Control-Allow-Headers") == ["Authorization, Content-Type"])
    #expect(
      fields(answer, "Access-Control-Allow-Methods") == ["GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"])
    #expect(fields(answer, "Access-Control-Max-Age") == ["60"])
    #expect(fields(answer, "Access-Control-Allow-Credentials") == [])
    #expect(fields(answer, "Content-Length") == [])
    #expect(seen == [])
  }

  @Test func `a preflight from an origin that is not listed is refused, and says so`() async throws {
    let (answer, seen) = try await ask(
      "OPTIONS /listed/x HTTP/1.1\r\nOrigin: https://evil.test\r\nAccess-Control-Request-Method: GET")
    #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("origin_not_allowed"))
    #expect(fields(answer, "Access-Control-Allow-Origin") == [])
    #expect(fields(answer, "Vary") == ["Origin"])
    #expect(seen == [])
  }

  @Test(
    arguments: [
      ("https://app.example.com", true), ("https://a.pages.example", true),
      ("https://a.b.pages.example", true),
      ("null", true), ("https://pages.example", false), ("https://evilpages.example", false),
      ("http://app.example.com", false), ("https://app.example.com.evil.test", false),
      ("https://evil.test/.pages.example", false), ("https://a@x.pages.example", false),
      ("https://.pages.example", false), ("https://APP.example.com", false), ("", false),
    ])
  func `an origin may read what its list says, and nobody else's is echoed`(
    origin: String, isAllowed: Bool
  ) async throws {
    let (answer, seen) = try await ask("GET /listed/x HTTP/1.1\r\nOrigin: \(origin)")
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("up"))
    #expect(fields(answer, "Access-Control-Allow-Origin") == (isAllowed ? [origin] : []))
    #expect(fields(answer, "Access-Control-Allow-Credentials") == (isAllowed ? ["true"] : []))
    #expect(fields(answer, "Vary").sorted() == ["Accept", "Origin"])
    #expect(seen.count == 1)
  }

  @Test func `everybody's answer is the same for everybody, so caches may share it`() async throws {
    let (answer, _) = try await ask("GET /open/x HTTP/1.1")
    #expect(fields(answer, "Access-Control-Allow-Origin") == ["*"])
    #expect(fields(answer, "Access-Control-Expose-Headers") == ["X-Request-Id"])
    #expect(fields(answer, "Vary") == ["Accept"])
  }

  @Test func `redirects and refusals can be read by the page too`() async throws {
    let (moved, _) = try await ask("GET /moved/open HTTP/1.1\r\nOrigin: https://x.test")
    #expect(moved.hasPrefix("HTTP/1.1 308 ") && fields(moved, "Access-Control-Allow-Origin") == ["*"])
    let (refused, _) = try await ask(
      "GET /open/x HTTP/1.1\r\nHost: a\r\n\r\nGET /open/x HTTP/1.1\r\nOrigin: https://x.test", skip: 1)
    #expect(refused.hasPrefix("HTTP/1.1 429 ") && fields(refused, "Access-Control-Allow-Origin") == ["*"])
  }

  @Test func `a route without a policy leaves all of it to its upstream`() async throws {
    let (answer, _) = try await ask("GET /plain/x HTTP/1.1\r\nOrigin: https://x.test")
    #expect(fields(answer, "Access-Control-Allow-Origin") == ["https://upstream.test"])
    let (options, seen) = try await ask(
      "OPTIONS /plain/x HTTP/1.1\r\nOrigin: https://x.test\r\nAccess-Control-Request-Method: GET")
    #expect(options.hasSuffix("up") && seen.count == 1)
  }

  @Test func `an OPTIONS that is no preflight goes on`() async throws {
    let (answer, seen) = try await ask("OPTIONS /open/x HTTP/1.1\r\nOrigin: https://x.test")
    #expect(answer.hasSuffix("up") && seen.count == 1)
  }

  @Test(
    arguments: [
      "https://example.com/", "https://example.com:443", "http://example.com:80", "https://Example.com",
      "example.com", "https://", "https://*", "https://*.", "https://a*.example.com", "https://u@example.com",
      "https://example.com:0", "https://example.com:x", "https://[::g]", "https://exa mple.com",
    ])
  func `what no browser sends is no origin`(text: String) {
    #expect(CrossOriginConfiguration.Origin(text) == nil)
  }

  @Test(arguments: ["https://example.com:8443", "http://[::1]:3000", "chrome-extension://abcdef", "http://a"])
  func `origins have ports, addresses and schemes of their own`(text: String) {
    #expect(CrossOriginConfiguration.Origin(text) == .exact(text))
  }
}
