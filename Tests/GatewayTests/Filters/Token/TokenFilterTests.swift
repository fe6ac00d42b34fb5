import HTTPWire
import JWT
import Problem
import Synchronization
import Testing

@testable import Gateway

@Suite struct TokenFilterTests {
  private static let now = 1_800_000_000

  /// The real verifier, and how often it was asked.
  private final class Counted: TokenVerification {
    let verification: JWTVerification
    let asked = Atomic<Int>(0)

    init(_ keys: SigningKeySet, leeway: Int = 5) {
      var configuration = TokenConfiguration(
        issuer: "daybook", audience: "daybook", keySetUpstream: 0, keySetPath: "/")
      configuration.leewaySeconds = leeway
      verification = JWTVerification(configuration, keys: keys.verificationKeys)
    }

    func verify(_ token: Span<UInt8>, now: Int) throws(TokenRefusal) -> VerifiedToken {
      asked.wrappingAdd(1, ordering: .relaxed)
      return try verification.verify(token, now: now)
    }
  }

  private let keys: SigningKeySet
  private let verifier: Counted

  init() throws {
    keys = try SigningKeySet(pem: SigningKeySet.newFile())
    verifier = Counted(keys)
  }

  private func sign(_ change: (inout Claims) -> Void = { _ in }) throws -> String {
    var claims = Claims(sub: "7", exp: Self.now + 900, iat: Self.now, sid: "s1")
    change(&claims)
    return try TokenSigner(keys: keys).sign(claims)
  }

  private func check(
    _ filter: inout TokenFilter, _ fields: [String], _ rule: RouteConfiguration.TokenRule = .optional,
    now: Int = now
  ) throws -> TokenOutcome {
    let request = try RequestSample("GET", "/v2/me", fields)
    var cookie: Range<Int>?
    return filter.check(rule, request.head, in: request.bytes.span, now: now, cookie: &cookie)
  }

  private func refusal(_ outcome: TokenOutcome) -> TokenRefusal? {
    if case .refused(let refusal) = outcome { refusal } else { nil }
  }

  private func ready() -> TokenFilter {
    var filter = TokenFilter(remembered: 64)
    filter.use(verifier)
    return filter
  }

  @Test func `a good token is verified once and remembered until it ends`() throws {
    var filter = ready()
    let field = "Authorization: Bearer \(try sign())"
    for _ in 0..<10 {
      guard case .verified(let token) = try check(&filter, [field]) else {
        Issue.record("not verified")
        return
      }
      #expect(token.subject == "7")
      #expect(token.session == "s1")
    }
    #expect(verifier.asked.load(ordering: .relaxed) == 1)
    #expect(filter.rememberedCount == 1)
    #expect(refusal(try check(&filter, [field], now: Self.now + 905)) == .expired)
  }

  @Test func `what one key set vouched for is forgotten with the next`() throws {
    var filter = ready()
    let field = "Authorization: Bearer \(try sign())"
    _ = try check(&filter, [field])
    filter.use(Counted(try SigningKeySet(pem: SigningKeySet.newFile())))
    #expect(refusal(try check(&filter, [field])) == .unknownKey)
  }

  @Test func `junk is refused before any signature check`() throws {
    var filter = ready()
    for junk in ["x", "a.b", "a.b.c.d", "....", "dk_", "a.b.c=", String(repeating: "a", count: 9_000)] {
      let outcome = try check(&filter, ["Authorization: Bearer \(junk)"])
      #expect([.malformed, .tooLong].contains(refusal(outcome)))
    }
    #expect(verifier.asked.load(ordering: .relaxed) == 0)
  }

  @Test func `a token that was changed anywhere is refused`() throws {
    var filter = ready()
    let good = Array(try sign().utf8)
    _ = try check(&filter, ["Authorization: Bearer \(String(decoding: good, as: UTF8.self))"])
    for index in stride(from: 0, to: good.count, by: 7) {
      var bad = good
      bad[index] = bad[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      let outcome = try check(&filter, ["Authorization: Bearer \(String(decoding: bad, as: UTF8.self))"])
      // The last character of a part may carry bits that mean nothing; such a token is malformed or the same.
      #expect(refusal(outcome) != nil, "byte \(index)")
    }
    #expect(filter.rememberedCount == 1)
  }

  @Test func `claims are checked`() throws {
    var filter = ready()
    let cases: [(String, TokenRefusal)] = [
      (try sign { $0.exp = Self.now - 6 }, .expired), (try sign { $0.nbf = Self.now + 60 }, .notYetValid),
      (try sign { $0.iss = "evil" }, .notForUs), (try sign { $0.aud = ["other"] }, .notForUs),
    ]
    for (token, expected) in cases {
      #expect(refusal(try check(&filter, ["Authorization: Bearer \(token)"])) == expected)
    }
    #expect(filter.rememberedCount == 0)
  }

  @Test func `the rule of the route decides whether one is needed`() throws {
    var filter = ready()
    #expect(try check(&filter, [], .none).label == "ignored")
    #expect(try check(&filter, ["Authorization: junk"], .none).label == "ignored")
    #expect(try check(&filter, [], .optional).label == "anonymous")
    #expect(refusal(try check(&filter, [], .required)) == .missing)
    #expect(refusal(try check(&filter, ["Authorization: Basic eDp5"], .optional)) == .notBearer)
  }

  @Test func `two Authorization fields are refused, even two good ones`() throws {
    var filter = ready()
    let field = "Authorization: Bearer \(try sign())"
    #expect(refusal(try check(&filter, [field, field])) == .repeated)
    #expect(GatewayError(TokenRefusal.repeated).status == 400)
  }

  @Test func `API keys pass unverified`() throws {
    var filter = TokenFilter(remembered: 0)
    #expect(try check(&filter, ["Authorization: Bearer dk_0123456789abcdef"], .required).label == "api_key")
  }

  @Test func `without a key set a token cannot be judged`() throws {
    var filter = TokenFilter(remembered: 16)
    #expect(refusal(try check(&filter, ["Authorization: Bearer \(try sign())"])) == .noKeys)
    #expect(GatewayError(TokenRefusal.noKeys).status == 503)
  }

  @Test func `refusals are 401 with a challenge, save those that no other token would mend`() {
    let others: [TokenRefusal: Int] = [
      .repeated: 400, .crossOrigin: 403, .insufficient: 403, .tooManyFailures: 429, .noKeys: 503,
      .newKey: 503,
    ]
    for (refusal, status) in others { #expect(GatewayError(refusal).status == status) }
    for refusal in TokenRefusal.allCases where others[refusal] == nil {
      let error = GatewayError(refusal)
      #expect(error.status == 401)
      #expect(error.headers.contains { $0.name == "WWW-Authenticate" && $0.value.hasPrefix("Bearer realm=") })
    }
  }
}
