import Foundation
import Testing

@testable import Gateway

@Suite(.serialized, .timeLimit(.minutes(1))) struct ErrorPagesTests {
  private static let browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

  private func ask(_ target: String, _ field: String, method: String = "GET") async throws -> String {
    let folder = try SiteFolder([
      "sorry.html": Array("<p>sorry</p>".utf8), "busy.html": Array("<p>later</p>".utf8),
      "404.html": Array("<p>lost</p>".utf8),
    ])
    let upstream = try await ScriptedUpstream.start { _, _ in .last("") }
    let gateway = try await RunningGateway.start(
      upstream,
      settings: """
          - {path: /pages/*, site: errors, header_set: api}
          - {path: /limited, upstream: main, rate_limits: [none]}
        rate_limits: {none: {requests: 1, per_seconds: 3600, burst: 1, key: client_ip}}
        header_sets: {pages: {X-Page: "1"}, api: {X-Route: "1"}}
        sites: {errors: {root: \(folder.path), not_found: 404.html}}
        error_pages: {site: errors, header_set: pages, pages: {429: busy.html, 5xx: sorry.html}}
        """)
    let client = try gateway.client()
    if target == "/limited" {
      client.send("GET /limited HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try client.receiveAnswer()
    }
    client.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
    let answer = try client.receiveAnswer(isHead: method == "HEAD")
    try await gateway.stop()
    return answer
  }

  @Test func `a browser sees the page of a failed upstream, with the fields that the page needs`()
    async throws
  {
    let answer = try await ask("/x", Self.browser)
    #expect(answer.hasPrefix("HTTP/1.1 502 ") && answer.hasSuffix("<p>sorry</p>"))
    #expect(answer.contains("Content-Type: text/html") && answer.contains("X-Page: 1\r\n"))
    #expect(answer.contains("Cache-Control: no-store\r\n") && !answer.contains("ETag"))
    let head = try await ask("/x", Self.browser, method: "HEAD")
    #expect(head.hasPrefix("HTTP/1.1 502 ") && head.hasSuffix("\r\n\r\n"))
  }

  @Test(arguments: [
    "Accept: */*", "Accept: application/json", "X: y", "Accept: text/html;q=0, application/json",
  ])
  func `a program sees the envelope`(field: String) async throws {
    let answer = try await ask("/x", field)
    #expect(answer.hasPrefix("HTTP/1.1 502 ") && answer.contains(#""reason":"upstream_closed""#))
  }

  @Test func `a refused browser keeps what the error says in its fields`() async throws {
    let answer = try await ask("/limited", Self.browser)
    #expect(answer.hasPrefix("HTTP/1.1 429 ") && answer.hasSuffix("<p>later</p>"))
    #expect(answer.contains("Retry-After: ") && answer.contains("RateLimit: "))
  }

  @Test func `a site answers who asks for JSON with JSON`() async throws {
    #expect(try await ask("/pages/none", "X: y").hasSuffix("<p>lost</p>"))
    let answer = try await ask("/pages/none", "Accept: application/json")
    #expect(answer.hasPrefix("HTTP/1.1 404 ") && answer.contains(#""reason":"not_found""#))
  }

  @Test func `a page that is not there is a mistake in the configuration`() throws {
    let folder = try SiteFolder(["a.html": []])
    let text = """
      listeners: [{address: 127.0.0.1, port: 8080}]
      sites: {errors: {root: \(folder.path)}}
      error_pages: {site: errors, pages: {502: gone.html}}
      routes: [{path: /*, site: errors}]
      """
    let configuration = try GatewayConfiguration.parse(text, file: "x.yaml", environment: [:])
    #expect(throws: StaticSiteError.missingPage("/gone.html", folder.path)) {
      try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1_024))
    }
  }
}
