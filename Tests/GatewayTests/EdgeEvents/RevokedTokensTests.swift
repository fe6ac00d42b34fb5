import Testing

@testable import Gateway

@Suite struct RevokedTokensTests {
  private func token(_ session: String?, subject: String = "7", issuedAt: Int? = 1_000) -> VerifiedToken {
    VerifiedToken(
      bytes: [], subject: subject, session: session, expiresAt: 2_000, issuedAt: issuedAt)
  }

  @Test func `a session's tokens are refused until they would have ended, and no others`() {
    let revoked = RevokedTokens(capacity: 1_024)
    #expect(!revoked.isRevoked(token("s1")))
    revoked.revoke(session: "s1", until: 1_500, now: 1_000)
    #expect(revoked.isRevoked(token("s1")))
    #expect(!revoked.isRevoked(token("s2")))
    #expect(!revoked.isRevoked(token(nil)))
    revoked.sweep(now: 1_499)
    #expect(revoked.isRevoked(token("s1")))
    revoked.sweep(now: 1_500)
    #expect(!revoked.isRevoked(token("s1")))
    #expect(revoked.count == 0)
  }

  @Test func `a subject's tokens of before are refused, and later ones are not`() {
    let revoked = RevokedTokens(capacity: 1_024)
    revoked.revoke(subject: "7", issuedBy: 1_000, until: 1_900, now: 1_000)
    #expect(revoked.isRevoked(token("s", issuedAt: 999)))
    #expect(revoked.isRevoked(token("s", issuedAt: 1_000)))
    #expect(revoked.isRevoked(token("s", issuedAt: nil)))
    #expect(!revoked.isRevoked(token("s", issuedAt: 1_001)))
    #expect(!revoked.isRevoked(token("s", subject: "8", issuedAt: 999)))
    // An older fact that comes late takes nothing back.
    revoked.revoke(subject: "7", issuedBy: 500, until: 1_400, now: 1_000)
    #expect(revoked.isRevoked(token("s", issuedAt: 999)))
  }

  @Test func `where there is no more room, everything issued until now is refused, and the set begins anew`()
  {
    let revoked = RevokedTokens(capacity: 1_024)
    for index in 0..<1_024 { revoked.revoke(session: "s\(index)", until: 1_500, now: 1_000) }
    #expect(!revoked.isRevoked(token("other")))
    #expect(revoked.count == 1_024)
    revoked.revoke(session: "one more", until: 1_500, now: 1_200)
    #expect(revoked.count == 1)
    for session in ["s0", "s1023", "one more", "other"] {
      #expect(revoked.isRevoked(token(session, issuedAt: 1_200)), "\(session)")
    }
    // Whoever has a session left gets a new token by it.
    #expect(!revoked.isRevoked(token("other", issuedAt: 1_201)))
    #expect(revoked.isRevoked(token("one more", issuedAt: 1_201)))
  }

  @Test func `what has ended by itself makes room`() {
    let revoked = RevokedTokens(capacity: 1_024)
    for index in 0..<1_024 { revoked.revoke(session: "s\(index)", until: 1_100, now: 1_000) }
    revoked.revoke(session: "new", until: 1_500, now: 1_200)
    #expect(revoked.count == 1)
    #expect(!revoked.isRevoked(token("other", issuedAt: 1_000)))
    #expect(revoked.isRevoked(token("new")))
  }
}
