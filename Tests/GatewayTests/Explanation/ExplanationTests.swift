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
        limit    api: 3 in 60 s, 3 at once, by client_ip; 2 left
        token    optional: none was sent, which is allowed
        headers  api: X-Content-Type-Options
        action   forward to origin: 127.0.0.1:8081
                 connect 1000 ms, first byte 30000 ms, idle 60000 ms, streams idle 300000 ms
                 connections 64 for each loop and server, kept 30000 ms; queue 1024 for each loop, 5000 ms
                 retries 20 % of requests and 10 more in 10 s, of what is safe; circuit opens for 500 ms after \
        5 failures in a row or 50 % of 20 answers
                 health: by its answers alone; slow start 10000 ms
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
      ("OPTIONS", "*", [], "action   answer, 0 bytes"),
      ("GET", "/v2/x", ["Content-Length: 99999999999"], "refuse with 413 body_too_large"),
      ("GET", "/v2/x", ["X-Forwarded-For: 1.1.1.1"], "192.0.2.1 is none of trusted_proxies"),
      ("GET", "/v2/x", ["Accept: text/html"], "errors   as a page"),
      ("GET", "/book/ann", ["Accept-Encoding: br"], "file     /book.html, plain, 11 bytes, \""),
      ("GET", "/none", [], "file     none is at this path"),
      (
        "GET", "/v2/x", ["traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
        "the request's goes on"
      ),
      ("OPTIONS", "/v2/x", ["Max-Forwards: 0"], "HTTP/1.1 204"),
      ("OPTIONS", "/v2/x", ["Max-Forwards: 1"], "forward to origin"),
      ("TRACE", "/", [], "refuse with 501"), ("GET", "/", ["Host: a", "Host: b"], "repeated"),
      ("GET", "/x", ["X: a\r\n\r\nGET /v2/y HTTP/1.1"], "404"),
    ] as [(String, String, [String], String)])
  func `every decision is said in words`(
    method: String, url: String, headers: [String], expected: String
  ) throws {
    let text = try explain(method, url, headers)
    #expect(text.contains(expected), "\(text)")
  }

  @Test func `each budget is told with what is left, and why it was not asked`() throws {
    let configuration = try GatewayConfiguration.parse(
      """
      listeners: [{address: 127.0.0.1, port: 8080}]
      upstreams: {origin: {servers: [127.0.0.1:8081], shed_above_ms: 500}}
      token: {issuer: daybook, audience: daybook, key_set: {upstream: origin, path: /jwks}}
      address_lists: {office: {addresses: [192.0.2.0/24]}}
      rate_limits:
        api: {key: caller, windows: [{requests: 5, per_seconds: 1}, {requests: 100, per_seconds: 60}]}
        keys: {key: api_key, requests: 9, per_seconds: 60}
        wrong: {key: client_ip, requests: 3, per_seconds: 60, counts: [401, 422]}
      routes:
        - path: /*
          upstream: origin
          token: required
          require: {role: [owner, admin]}
          rate_limits: [{name: api, cost: 2}, keys, wrong]
          allow: [office]
          priority: low
      """, file: "/x.yaml", environment: [:])
    let plan = try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1024))
    let text = Explanation(plan, keys: NamedTokens()).lines(
      method: "GET", url: "/a", headers: ["Authorization: Bearer \(NamedTokens.token("7"))"],
      client: ClientAddress("192.0.2.1")!, seconds: 1_800_000_000
    ).joined(separator: "\n")
    for line in [
      "address  192.0.2.1 is admitted on this route",
      "limit    api-1s: 5 in 1 s, 5 at once, by caller, this costs 2; 3 left",
      "limit    api-60s: 100 in 60 s, 100 at once, by caller, this costs 2; 98 left",
      "limit    keys: 9 in 60 s, 9 at once, by api_key; not asked",
      "limit    wrong: 3 in 60 s, 3 at once, by client_ip, only answers 401, 422 count; 2 left",
      "require  role must be owner or admin", "shed     first, when answers take more than 500 ms",
      "action   refuse with 403 token_insufficient",
    ] { #expect(text.contains(line), "\(line) in \(text)") }
  }
}
