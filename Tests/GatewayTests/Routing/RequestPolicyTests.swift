import HTTPWire
import JWT
import NIOCore
import Problem
import Testing

@testable import Gateway

/// The shipped arrangement in small: an API behind an upstream and pages beside it.
enum PolicySample {
  static let text = """
    listeners: [{address: 127.0.0.1, port: 8080}]
    trusted_proxies: [10.0.0.0/8]
    upstreams: {origin: {servers: [127.0.0.1:8081]}}
    token: {issuer: daybook, audience: daybook, key_set: {upstream: origin, path: /jwks}}
    rate_limits: {api: {requests: 3, per_seconds: 60, key: client_ip}}
    header_sets: {pages: {X-Frame-Options: DENY}, api: {X-Content-Type-Options: nosniff}}
    sites: {pages: {root: ROOT, rewrites: {"/book/{user}": book.html}}}
    routes:
      - {path: /v2/*, upstream: origin, token: optional, rate_limits: [api], header_set: api}
      - {path: /v2/me, upstream: origin, token: required}
      - {path: /old, redirect: {to: /new, status: 301}}
      - {path: /*, site: pages, header_set: pages}
    """

  static func plan(_ folder: SiteFolder, limitsAreOn: Bool = true) throws -> GatewayPlan {
    let text = text.replacing("ROOT", with: folder.path)
    let configuration = try GatewayConfiguration.parse(text, file: "/x.yaml", environment: [:])
    return try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1024), limitsAreOn: limitsAreOn)
  }

  static func folder() throws -> SiteFolder {
    try SiteFolder(["index.html": Array("<p>start</p>".utf8), "book.html": Array("<p>book</p>".utf8)])
  }
}

@Suite struct RequestPolicyTests {
  private let folder: SiteFolder
  private let plan: GatewayPlan
  private let peer = ClientAddress("192.0.2.1")!

  init() throws {
    folder = try PolicySample.folder()
    plan = try PolicySample.plan(folder)
  }

  private func decide(
    _ policy: inout RequestPolicy, _ target: String, _ fields: [String] = [], method: String = "GET",
    peer: ClientAddress? = nil, nanoseconds: UInt64 = 0
  ) throws -> RequestVerdict {
    let request = try RequestSample(method, target, fields)
    return policy.decide(
      request.head, in: request.bytes.span, peer: peer ?? self.peer, nanoseconds: nanoseconds,
      seconds: 1_800_000_000)
  }

  private func refusal(_ verdict: RequestVerdict) -> GatewayError? {
    if case .refuse(let error) = verdict.action { error } else { nil }
  }

  private func answer(_ verdict: RequestVerdict) -> LocalAnswer? {
    if case .answer(let answer) = verdict.action { answer } else { nil }
  }

  private func forwards(_ verdict: RequestVerdict) -> Bool {
    if case .forward(upstream: 0) = verdict.action { true } else { false }
  }

  @Test func `the API goes to origin, unknown paths of it too, and pages are answered`() throws {
    var policy = RequestPolicy(plan)
    #expect(forwards(try decide(&policy, "/v2/slots?start=2030-01-01")))
    #expect(forwards(try decide(&policy, "/v2/no-such-thing", method: "DELETE")))
    #expect(answer(try decide(&policy, "/"))?.status == 200)
    #expect(answer(try decide(&policy, "/book/john"))?.status == 200)
    #expect(answer(try decide(&policy, "/nothing"))?.status == 404)
    #expect(answer(try decide(&policy, "/old"))?.status == 301)
    #expect(refusal(try decide(&policy, "/internal/clock"))?.status == 404)
  }

  @Test func `writing to a page is 405 with Allow, to nothing 404`() throws {
    var policy = RequestPolicy(plan)
    let error = refusal(try decide(&policy, "/book/john", method: "POST"))
    #expect(error?.status == 405)
    #expect(error?.headers == [Problem.Header("Allow", "GET, HEAD")])
    #expect(refusal(try decide(&policy, "/nothing", method: "POST"))?.status == 404)
  }

  @Test func `a path with two readings is 400 before anything else`() throws {
    var policy = RequestPolicy(plan)
    for target in ["/v2/%2e%2e/x", "/v2%2fme", "/v2//me", "/v2/./me"] {
      #expect(refusal(try decide(&policy, target))?.code == .badPath)
    }
  }

  @Test func `the limit counts each client for himself and says how long to wait`() throws {
    var policy = RequestPolicy(plan)
    for left in [2, 1, 0] {
      let verdict = try decide(&policy, "/v2/slots")
      #expect(verdict.limits.remaining(0) == left)
      #expect(forwards(verdict))
    }
    let refused = try decide(&policy, "/v2/slots")
    #expect(refusal(refused)?.status == 429)
    #expect(refusal(refused)?.headers == [Problem.Header("Retry-After", "20")])
    var fields = ByteBuffer()
    policy.writeFields(of: refused, into: &fields)
    #expect(String(buffer: fields) == "RateLimit: \"api\";r=0;t=60\r\nRateLimit-Policy: \"api\";q=3;w=60\r\n")
    #expect(forwards(try decide(&policy, "/v2/slots", peer: ClientAddress("192.0.2.2")!)))
    #expect(forwards(try decide(&policy, "/v2/slots", nanoseconds: 21_000_000_000)))
    #expect(answer(try decide(&policy, "/"))?.status == 200)
  }

  @Test func `every loop takes from the same budget`() throws {
    var first = RequestPolicy(plan)
    var second = RequestPolicy(plan)
    _ = try decide(&first, "/v2/slots")
    _ = try decide(&second, "/v2/slots")
    #expect(try decide(&first, "/v2/slots").limits.remaining(0) == 0)
    #expect(refusal(try decide(&second, "/v2/slots"))?.status == 429)
  }

  @Test func `addresses of one IPv6 network share a budget`() throws {
    var policy = RequestPolicy(plan)
    for host in 1...3 { _ = try decide(&policy, "/v2/slots", peer: ClientAddress("2001:db8::\(host)")!) }
    #expect(refusal(try decide(&policy, "/v2/slots", peer: ClientAddress("2001:db8::9")!))?.status == 429)
    #expect(forwards(try decide(&policy, "/v2/slots", peer: ClientAddress("2001:db8:0:1::9")!)))
  }

  @Test func `a forged X-Forwarded-For does not buy a new budget, our balancer's does`() throws {
    var policy = RequestPolicy(plan)
    for number in 1...3 { _ = try decide(&policy, "/v2/slots", ["X-Forwarded-For: 1.1.1.\(number)"]) }
    #expect(refusal(try decide(&policy, "/v2/slots", ["X-Forwarded-For: 1.1.1.9"]))?.status == 429)
    let balancer = ClientAddress("10.0.0.1")!
    for number in 1...9 {
      let verdict = try decide(&policy, "/v2/slots", ["X-Forwarded-For: 1.1.1.\(number)"], peer: balancer)
      #expect(forwards(verdict))
      #expect(verdict.client.description == "1.1.1.\(number)")
    }
  }

  @Test func `limits that are off limit nobody`() throws {
    var policy = RequestPolicy(try PolicySample.plan(folder, limitsAreOn: false))
    for _ in 0..<100 {
      let verdict = try decide(&policy, "/v2/slots")
      #expect(forwards(verdict))
      #expect(verdict.limits.isEmpty)
    }
  }

  @Test func `a required token is asked for, a bad one refused, a good one known`() throws {
    var policy = RequestPolicy(plan)
    #expect(refusal(try decide(&policy, "/v2/me"))?.code == .tokenMissing)
    #expect(refusal(try decide(&policy, "/v2/slots", ["Authorization: Bearer junk"]))?.status == 401)
    let keys = try SigningKeySet(pem: SigningKeySet.newFile())
    policy.useKeys(JWTVerification(try #require(plan.configuration.token), keys: keys.verificationKeys))
    let token = try TokenSigner(keys: keys).sign(Claims(sub: "7", exp: 1_800_000_900))
    let verdict = try decide(&policy, "/v2/me", ["Authorization: Bearer \(token)"])
    #expect(forwards(verdict))
    guard case .verified(let verified) = verdict.token else {
      Issue.record("not verified")
      return
    }
    #expect(verified.subject == "7")
    #expect(forwards(try decide(&policy, "/v2/me", ["Authorization: Bearer dk_0123456789ab"])))
  }

  @Test func `errors of the API are envelopes, errors of pages are pages, both with the route's fields`()
    throws
  {
    let policy = RequestPolicy(plan)
    let request = try RequestSample("GET", "/v2/slots?secret=1")
    let api = policy.answer(
      to: .upstreamTimeout, route: 0, request.head, in: request.bytes.span, milliseconds: 1_893_492_000_007)
    #expect(api.status == 504)
    #expect(String(buffer: api.body).contains("\"path\":\"/v2/slots\""))
    #expect(String(buffer: api.body).contains("2030-01-01T10:00:00.007Z"))
    #expect(String(buffer: api.head).contains("X-Content-Type-Options: nosniff\r\n"))
    let page = policy.answer(
      to: .upstreamTimeout, route: 3, request.head, in: request.bytes.span, milliseconds: 0)
    #expect(String(buffer: page.head).contains("Content-Type: text/html"))
    #expect(String(buffer: page.head).contains("X-Frame-Options: DENY\r\n"))
    #expect(!String(buffer: page.body).contains("slots"))
  }

  @Test func `a header set replaces an upstream's fields of the same name only`() throws {
    let headers = plan.rules[0].headers
    let names = Array("x-content-type-OPTIONSX-Content-Type".utf8)
    let isOurs = headers.replaces(0..<22, in: names.span)
    let isOther = headers.replaces(22..<names.count, in: names.span)
    #expect(isOurs && !isOther)
  }
}
