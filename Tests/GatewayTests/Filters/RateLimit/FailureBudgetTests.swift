import Logging
import Testing

@testable import Gateway

/// Budgets that count answers, through a whole gateway.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FailureBudgetTests {
  private static let settings = """
    token: {issuer: daybook, audience: daybook, key_set: {upstream: main, path: /jwks}, failures: {requests: 3, per_seconds: 600}}
    rate_limits:
      wrong_logins: {key: client_ip, requests: 3, per_seconds: 600, counts: [401, 403, 422]}
    routes:
      - {path: /*, upstream: main, token: optional}
      - {path: /login, upstream: main, rate_limits: [wrong_logins]}
    """

  /// Answers with the status that the query names.
  private func upstream() async throws -> ScriptedUpstream {
    try await ScriptedUpstream.start { _, request in
      let status = request.firstMatch(of: /status=([0-9]{3})/).map { String($0.1) } ?? "200"
      return .bytes("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n")
    }
  }

  @Test func `only log-ins that failed count, and after them even a right one waits`() async throws {
    let upstream = try await upstream()
    let gateway = try await FilterGateway.start(upstream, Self.settings)
    for _ in 0..<10 { #expect(try gateway.status("POST", "/login?status=200") == 200) }
    let right = try gateway.ask("POST", "/login?status=200")
    #expect(right.contains("RateLimit: \"wrong_logins\";r=3;t=0\r\n"))
    #expect(right.contains("RateLimit-Policy: \"wrong_logins\";q=3;w=600\r\n"))
    #expect(try gateway.status("POST", "/login?status=401") == 401)
    #expect(try gateway.status("POST", "/login?status=500") == 500)
    #expect(try gateway.status("POST", "/login?status=422") == 422)
    let last = try gateway.ask("POST", "/login?status=403")
    #expect(last.contains("RateLimit: \"wrong_logins\";r=0;t="))
    let count = upstream.seen.requests.count
    let refused = try gateway.ask("POST", "/login?status=200")
    #expect(refused.hasPrefix("HTTP/1.1 429") && refused.contains(/Retry-After: (1[0-9][0-9]|200)\r\n/))
    #expect(refused.contains("\"reason\":\"rate_limited\""))
    #expect(upstream.seen.requests.count == count)
    #expect(try gateway.status("POST", "/other?status=200") == 200)
    try await gateway.wait(
      for: "gateway_rate_limit_decisions_total{limit=\"wrong_logins\",outcome=\"refused\"}"
    ) {
      $0 == 1
    }
    try await gateway.stop()
  }

  @Test func `an upstream that cannot be reached is nobody's failed log-in`() async throws {
    let configuration = try FilterGateway.configuration(port: RawClient.freePort(), Self.settings)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let gateway = RunningGateway(
      gateway: try await Gateway.start(configuration, loopCount: 1, logger: logger))
    for _ in 0..<6 { #expect(try gateway.status("POST", "/login") > 500) }
    try await gateway.stop()
  }

  @Test func `API keys that origin does not know use up the budget of wrong tokens`() async throws {
    let upstream = try await upstream()
    let gateway = try await FilterGateway.start(upstream, Self.settings)
    func status(_ key: Int, _ status: Int) throws -> Int {
      try gateway.status("GET", "/x?status=\(status)", ["Authorization: Bearer dk_0123456789\(key)"])
    }
    for key in 0..<5 { #expect(try status(key, 200) == 200) }
    for key in 0..<3 { #expect(try status(key, 401) == 401) }
    let count = upstream.seen.requests.count
    let refused = try gateway.ask("GET", "/x", ["Authorization: Bearer dk_0123456789"])
    #expect(refused.hasPrefix("HTTP/1.1 429") && refused.contains("\"reason\":\"too_many_bad_tokens\""))
    #expect(refused.contains("Retry-After: "))
    #expect(upstream.seen.requests.count == count)
    #expect(try gateway.status("GET", "/x") == 200)
    try await gateway.wait(for: "gateway_token_refusals_total{reason=\"too_many_failures\"}") { $0 == 1 }
    try await gateway.stop()
  }
}
