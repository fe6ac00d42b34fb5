import HTTPWire
import NIOCore
import Problem
import Testing

@testable import Gateway

@Suite struct LimitFilterTests {
  private static let head = """
    listeners: [{address: 127.0.0.1, port: 8080}]
    upstreams: {origin: {servers: [127.0.0.1:8081]}}
    token: {issuer: daybook, audience: daybook, key_set: {upstream: origin, path: /jwks}}

    """

  private func policy(_ limits: String, _ routes: String) throws -> RequestPolicy {
    let configuration = try GatewayConfiguration.parse(
      Self.head + "rate_limits:\n\(limits)\nroutes:\n\(routes)", file: "/x.yaml", environment: [:])
    return RequestPolicy(try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1 << 14)))
  }

  private func decide(
    _ policy: inout RequestPolicy, _ target: String = "/a", _ fields: [String] = [], method: String = "GET",
    from peer: String = "192.0.2.1", seconds: UInt64 = 1
  ) throws -> RequestVerdict {
    let request = try RequestSample(method, target, fields)
    return policy.decide(
      request.head, in: request.bytes.span, peer: try #require(ClientAddress(peer)),
      nanoseconds: seconds * 1_000_000_000, seconds: 1_800_000_000)
  }

  private func passes(_ verdict: RequestVerdict) -> Bool {
    if case .forward = verdict.action { true } else { false }
  }

  private func fields(_ verdict: RequestVerdict, _ policy: borrowing RequestPolicy) -> [String] {
    var buffer = ByteBuffer()
    policy.writeFields(of: verdict, into: &buffer)
    return String(buffer: buffer).split(separator: "\r\n").map(String.init)
  }

  @Test func `each window of a limit must have room, and both are told`() throws {
    var policy = try policy(
      "  api: {key: client_ip, windows: [{requests: 2, per_seconds: 1}, {requests: 3, per_seconds: 60}]}",
      "  - {path: /a, upstream: origin, rate_limits: [api]}")
    let first = try decide(&policy)
    #expect(
      fields(first, policy) == [
        "RateLimit: \"api-1s\";r=1;t=1, \"api-60s\";r=2;t=20",
        "RateLimit-Policy: \"api-1s\";q=2;w=1, \"api-60s\";q=3;w=60",
      ])
    #expect(passes(try decide(&policy)))
    #expect(!passes(try decide(&policy)))
    #expect(passes(try decide(&policy, seconds: 3)))
    #expect(!passes(try decide(&policy, seconds: 5)))
  }

  @Test func `a request that one budget refuses takes nothing from the others`() throws {
    var policy = try policy(
      """
        wide: {key: client_ip, requests: 10, per_seconds: 600}
        tight: {key: route, requests: 1, per_seconds: 600}
      """, "  - {path: /a, upstream: origin, rate_limits: [wide, tight]}")
    #expect(passes(try decide(&policy)))
    for _ in 0..<30 {
      let refused = try decide(&policy)
      #expect(!passes(refused))
      #expect(fields(refused, policy)[0] == "RateLimit: \"wide\";r=9;t=60, \"tight\";r=0;t=600")
    }
    #expect(!passes(try decide(&policy, from: "192.0.2.9")))
  }

  @Test func `an expensive route takes more`() throws {
    var policy = try policy(
      "  api: {key: client_ip, requests: 10, per_seconds: 100}",
      """
        - {path: /a, upstream: origin, rate_limits: [api]}
        - {path: /search, upstream: origin, rate_limits: [{name: api, cost: 5}]}
      """)
    #expect(try decide(&policy, "/search").limits.remaining(0) == 5)
    #expect(try decide(&policy, "/a").limits.remaining(0) == 4)
    let refused = try decide(&policy, "/search")
    #expect(!passes(refused))
    if case .refuse(let error) = refused.action {
      // One is back after ten seconds.
      #expect(error.headers.contains { $0.name == "Retry-After" && $0.value == "10" })
    }
    #expect(passes(try decide(&policy, "/a")))
  }

  @Test func `a header names a budget, requests without it share one`() throws {
    var policy = try policy(
      "  tenant: {key: \"header:X-Tenant\", requests: 1, per_seconds: 60}",
      "  - {path: /a, upstream: origin, rate_limits: [tenant]}")
    #expect(passes(try decide(&policy, "/a", ["X-Tenant: one"])))
    #expect(passes(try decide(&policy, "/a", ["x-tenant: two"])))
    #expect(!passes(try decide(&policy, "/a", ["X-TENANT: one"], from: "192.0.2.7")))
    #expect(passes(try decide(&policy, "/a")))
    #expect(!passes(try decide(&policy, "/a", from: "192.0.2.8")))
  }

  @Test func `one route's budget is everybody's, another route's is its own`() throws {
    var policy = try policy(
      "  all: {key: route, requests: 1, per_seconds: 60}",
      """
        - {path: /a, upstream: origin, rate_limits: [all]}
        - {path: /b, upstream: origin, rate_limits: [all]}
      """)
    #expect(passes(try decide(&policy, "/a")))
    #expect(!passes(try decide(&policy, "/a", from: "192.0.2.2")))
    #expect(passes(try decide(&policy, "/b")))
  }

  @Test func `callers are counted by API key, else by subject, else by address`() throws {
    var policy = try policy(
      """
        caller: {key: caller, requests: 1, per_seconds: 60}
        keys: {key: api_key, requests: 9, per_seconds: 60}
      """, "  - {path: /a, upstream: origin, token: optional, rate_limits: [caller, keys]}")
    policy.useKeys(NamedTokens())
    let one = ["Authorization: Bearer dk_0123456789one"]
    let seven = ["Authorization: Bearer \(NamedTokens.token("7"))"]
    #expect(passes(try decide(&policy, "/a", one)))
    #expect(!passes(try decide(&policy, "/a", one, from: "192.0.2.2")))
    #expect(passes(try decide(&policy, "/a", ["Authorization: Bearer dk_0123456789two"])))
    #expect(passes(try decide(&policy, "/a", seven)))
    #expect(!passes(try decide(&policy, "/a", seven, from: "192.0.2.3")))
    #expect(passes(try decide(&policy, "/a", ["Authorization: Bearer \(NamedTokens.token("8"))"])))
    let anonymous = try decide(&policy, "/a")
    #expect(passes(anonymous))
    // Nobody without an API key is asked by the limit on API keys.
    #expect(anonymous.limits.count == 1)
    #expect(!passes(try decide(&policy, "/a")))
  }

  @Test func `the client's limit comes before the token, the caller's after it`() throws {
    var policy = try policy(
      """
        client: {key: client_ip, requests: 2, per_seconds: 60}
        subject: {key: subject, requests: 1, per_seconds: 60}
      """, "  - {path: /a, upstream: origin, token: required, rate_limits: [subject, client]}")
    policy.useKeys(NamedTokens())
    let wrong = try decide(&policy, "/a", ["Authorization: Bearer junk"])
    #expect(wrong.limits.count == 1)
    #expect(passes(try decide(&policy, "/a", ["Authorization: Bearer \(NamedTokens.token("7"))"])))
    let refused = try decide(&policy, "/a", ["Authorization: Bearer junk"])
    if case .refuse(let error) = refused.action { #expect(error.status == 429) }
    if case .ignored = refused.token {} else { Issue.record("a token was looked at") }
  }

  @Test func `budgets are told in the order of the route, whichever was asked first`() throws {
    var policy = try policy(
      """
        client: {key: client_ip, requests: 9, per_seconds: 60}
        caller: {key: caller, requests: 5, per_seconds: 60}
      """, "  - {path: /a, upstream: origin, token: optional, rate_limits: [caller, client]}")
    let verdict = try decide(&policy)
    #expect(fields(verdict, policy)[0] == "RateLimit: \"caller\";r=4;t=12, \"client\";r=8;t=7")
  }

  @Test func `what was paid for an answer that does not count comes back`() throws {
    var policy = try policy(
      "  wrong: {key: client_ip, requests: 2, per_seconds: 600, counts: [401, 422]}",
      "  - {path: /a, upstream: origin, rate_limits: [wrong]}")
    for status in [200, 200, 500, 200, 404, 429] {
      var verdict = try decide(&policy)
      #expect(passes(verdict))
      policy.settle(
        verdict.deposits, policy.plan.rules[0], status: status, nanoseconds: 1_000_000_000, &verdict.limits)
      #expect(verdict.limits.remaining(0) == 2)
    }
    for status in [401, nil] as [Int?] {
      var verdict = try decide(&policy)
      #expect(passes(verdict))
      policy.settle(
        verdict.deposits, policy.plan.rules[0], status: status, nanoseconds: 1_000_000_000, &verdict.limits)
    }
    #expect(!passes(try decide(&policy)))
    #expect(passes(try decide(&policy, from: "192.0.2.2")))
  }

  @Test func `as many guesses at once as the budget has, not one more`() throws {
    var policy = try policy(
      "  wrong: {key: client_ip, requests: 3, per_seconds: 600, counts: [401]}",
      "  - {path: /a, upstream: origin, rate_limits: [wrong]}")
    var passed = 0
    for _ in 0..<20 where passes(try decide(&policy)) { passed += 1 }
    #expect(passed == 3)
  }

  @Test func `a budget that a later limit refuses is not paid in advance`() throws {
    var policy = try policy(
      """
        wrong: {key: client_ip, requests: 2, per_seconds: 600, counts: [401]}
        all: {key: route, requests: 1, per_seconds: 600}
      """, "  - {path: /a, upstream: origin, rate_limits: [wrong, all]}")
    #expect(try decide(&policy).deposits.count == 1)
    for _ in 0..<5 { #expect(try decide(&policy).deposits.isEmpty) }
    #expect(try decide(&policy).limits.remaining(0) == 1)
  }

  @Test func `tallies say what each budget has decided`() throws {
    var policy = try policy(
      "  api: {key: client_ip, requests: 2, per_seconds: 600}",
      "  - {path: /a, upstream: origin, rate_limits: [api]}")
    for _ in 0..<5 { _ = try decide(&policy) }
    let tallies = policy.takeTallies()
    #expect(tallies.map(\.allowed) == [2])
    #expect(tallies.map(\.refused) == [3])
    #expect(policy.takeTallies().map(\.allowed) == [0])
  }
}

/// Believes tokens that name their subject.
struct NamedTokens: TokenVerification {
  static func token(_ subject: String) -> String { "aaaa.\(subject).bbbbbbbbbbbbbbbb" }

  func verify(_ token: Span<UInt8>, now: Int) throws(TokenRefusal) -> VerifiedToken {
    let subject = token.text.split(separator: ".")[1]
    return VerifiedToken(bytes: token.bytes, subject: String(subject), session: nil, expiresAt: .max)
  }
}
