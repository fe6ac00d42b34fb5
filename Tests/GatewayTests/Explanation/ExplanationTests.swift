import Testing

@testable import Gateway

@Suite struct ExplanationTests {
  private func explain(_ method: String, _ url: String, _ headers: [String] = []) throws -> String {
    let folder = try PolicySample.folder()
    return Explanation(try PolicySample.plan(folder), keys: nil).lines(
      method: method, url: url, headers: headers, client: ClientAddress("192.0.2.1")!, seconds: 1_800_000_000
    ).joined(separator: "\n")
  }

  @Test func `a forwarded request names route, limit, token and server`() throws {
    #expect(
      try explain("GET", "/v2/slots") == """
        request  GET /v2/slots
        client   192.0.2.1
        route    1: /v2/* (any method)
                 not 4: /*: /v2/* is more exact
        limit    api: 3 in 60 s, 3 at once, by client_ip
        token    optional: none was sent, which is allowed
        headers  api: X-Content-Type-Options
        action   forward to origin: 127.0.0.1:8081
        errors   as JSON
        log      every request
        trace    a new one goes to the upstream; no collector is configured
        """)
  }

  @Test(
    arguments: [
      ("GET", "/", [], "HTTP/1.1 200 OK"), ("GET", "/nothing", [], "HTTP/1.1 404"),
      ("POST", "/", [], "405 method_not_allowed"),
      ("GET", "/v2/%2e%2e/x", [], "400 bad_path"), ("GET", "/internal/x", [], "404 not_found"),
      ("GET", "/old", [], "Location: /new"), ("GET", "http://h.test/v2/x", [], "forward to origin"),
      ("GET", "/v2/me", [], "401 token_missing"),
      ("GET", "/v2/me", ["Authorization: Bearer a.b.c"], "no key set"),
      ("GET", "/v2/me", ["Authorization: Bearer dk_0123456789"], "an API key"),
      ("GET", "/a b", [], "refuse with 400"),
      ("GET", "/v2/x", ["X-Forwarded-For: 1.1.1.1"], "192.0.2.1 is none of trusted_proxies"),
      ("GET", "/v2/x", ["Accept: text/html"], "errors   as a page"),
      ("GET", "/book/ann", ["Accept-Encoding: br"], "file     /book.html, plain, 11 bytes, \""),
      ("GET", "/none", [], "file     none is at this path"),
      (
        "GET", "/v2/x", ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
        "the request's goes on"
      ),
      ("TRACE", "/", [], "refuse with 501"), ("GET", "/", ["Host: a", "Host: b"], "repeated"),
      ("GET", "/x", ["X: a\r\n\r\nGET /v2/y HTTP/1.1"], "404"),
    ] as [(String, String, [String], String)])
  func `every decision is said in words`(
    method: String, url: String, headers: [String], expected: String
  ) throws {
    let text = try explain(method, url, headers)
    #expect(text.contains(expected), "\(text)")
  }
}
