import HTTPWire
import JWT
import Synchronization
import Testing

@testable import Gateway

/// That a wrong token costs little, however many come.
@Suite struct WrongTokenTests {
  private static let now = 1_800_000_000

  /// Refuses all but one token, and counts.
  private final class Suspicious: TokenVerification {
    let asked = Atomic<Int>(0)
    let reason: TokenRefusal

    init(_ reason: TokenRefusal = .untrusted) { self.reason = reason }

    func verify(_ token: Span<UInt8>, now: Int) throws(TokenRefusal) -> VerifiedToken {
      asked.wrappingAdd(1, ordering: .relaxed)
      guard token.text.hasPrefix("good") else { throw reason }
      return VerifiedToken(bytes: token.bytes, subject: "7", session: "s", expiresAt: .max)
    }

    var count: Int { asked.load(ordering: .relaxed) }
  }

  private let limiter = RateLimiter(
    .init(policy: "f", requests: 5, perSeconds: 50, burst: 5), table: RateLimitTable(keys: 1 << 12))

  private func check(
    _ filter: inout TokenFilter, _ token: String, from client: String = "192.0.2.1", seconds: UInt64 = 1
  ) throws -> TokenOutcome {
    let request = try RequestSample("GET", "/", ["Authorization: Bearer \(token)"])
    let caller = TokenFilter.Caller(
      client: try #require(ClientAddress(client)), limiter: limiter, nanoseconds: seconds * 1_000_000_000)
    var cookie: Range<Int>?
    return filter.check(
      .required, request.head, in: request.bytes.span, now: Self.now, caller, cookie: &cookie)
  }

  private func refusal(_ outcome: TokenOutcome) -> TokenRefusal? {
    if case .refused(let refusal) = outcome { refusal } else { nil }
  }

  private func filter(_ verification: Suspicious, wrong: Int = 256) -> TokenFilter {
    var filter = TokenFilter(remembered: 64, rememberedWrong: wrong)
    filter.use(verification)
    return filter
  }

  private func token(_ number: Int, _ word: String = "bad") -> String {
    "\(word)0.\(number).signature0000000"
  }

  @Test func `after so many wrong ones no signature is checked any more`() throws {
    let verification = Suspicious()
    var filter = filter(verification)
    for number in 0..<5 { #expect(refusal(try check(&filter, token(number))) == .untrusted) }
    for number in 5..<500 {
      #expect(refusal(try check(&filter, token(number))) == .tooManyFailures)
    }
    #expect(verification.count == 5)
    #expect(filter.checkCount == 5)
    // Somebody else, and the same one later, are listened to.
    #expect(refusal(try check(&filter, token(900), from: "192.0.2.2")) == .untrusted)
    #expect(refusal(try check(&filter, token(901), seconds: 12)) == .untrusted)
    #expect(refusal(try check(&filter, token(902), seconds: 12)) == .tooManyFailures)
  }

  @Test func `a network of IPv6 addresses has one budget`() throws {
    let verification = Suspicious()
    var filter = filter(verification)
    for number in 0..<50 { _ = try check(&filter, token(number), from: "2001:db8::\(number + 1)") }
    #expect(verification.count == 5)
  }

  @Test func `who is known goes on while his neighbour guesses`() throws {
    var filter = filter(Suspicious())
    let good = token(1, "good")
    #expect(refusal(try check(&filter, good)) == nil)
    for number in 0..<50 { _ = try check(&filter, token(number)) }
    #expect(refusal(try check(&filter, good)) == nil)
    #expect(refusal(try check(&filter, token(2, "good"))) == .tooManyFailures)
    #expect(refusal(try check(&filter, "dk_0123456789abcdef")) == .tooManyFailures)
  }

  @Test func `the same wrong token is checked once`() throws {
    let verification = Suspicious()
    var filter = filter(verification)
    for _ in 0..<100 { #expect(refusal(try check(&filter, token(1))) == .untrusted) }
    #expect(verification.count == 1)
    filter.use(verification)
    _ = try check(&filter, token(1))
    #expect(verification.count == 2)
  }

  @Test func `a token that is not valid yet is looked at again`() throws {
    let verification = Suspicious(.notYetValid)
    var filter = filter(verification)
    for _ in 0..<20 { #expect(refusal(try check(&filter, token(1))) == .notYetValid) }
    #expect(verification.count == 20)
  }

  @Test func `late tokens are nobody's fault`() throws {
    var filter = filter(Suspicious(.expired))
    for number in 0..<20 { #expect(refusal(try check(&filter, token(number))) == .expired) }
  }

  @Test func `junk does not use the budget up`() throws {
    var filter = filter(Suspicious())
    for _ in 0..<50 { #expect(refusal(try check(&filter, "junk")) == .malformed) }
    #expect(refusal(try check(&filter, token(1))) == .untrusted)
  }

  @Test func `what is remembered of wrong tokens is bounded, and never a good one`() throws {
    let verification = Suspicious()
    var filter = TokenFilter(remembered: 0, rememberedWrong: 64)
    filter.use(verification)
    var cookie: Range<Int>?
    for number in 0..<10_000 {
      let request = try RequestSample("GET", "/", ["Authorization: Bearer \(token(number))"])
      _ = filter.check(.required, request.head, in: request.bytes.span, now: Self.now, cookie: &cookie)
    }
    for number in 0..<1_000 { #expect(refusal(try check(&filter, token(number, "good"))) == nil) }
  }

  @Test func `the session of a token can be revoked, although the token is remembered`() throws {
    struct Ended: SessionRevocation {
      func isRevoked(_ token: VerifiedToken) -> Bool { token.session == "s" }
    }
    var filter = filter(Suspicious())
    #expect(refusal(try check(&filter, token(1, "good"))) == nil)
    filter.revocation = Ended()
    #expect(refusal(try check(&filter, token(1, "good"))) == .revoked)
  }
}
