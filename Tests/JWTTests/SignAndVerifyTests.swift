import CJWT
import JWT
import Secrets
import Testing

@Suite struct SignAndVerifyTests {
  private let issuer: TestIssuer
  private let claims = Claims(
    sub: "42", aud: ["daybook"], exp: TestIssuer.now + 900, nbf: TestIssuer.now, iat: TestIssuer.now,
    jti: "j-1", sid: "session-9", scope: "bookings:read bookings:write")

  init() throws {
    issuer = try TestIssuer()
  }

  @Test func `what is signed is verified, claim for claim`() throws {
    let token = try TokenSigner(keys: issuer.keys).sign(claims)
    #expect(try issuer.verify(token) == claims)
  }

  @Test func `only the claims that are there come back`() throws {
    let few = Claims(sub: "1", exp: TestIssuer.now + 1)
    #expect(try issuer.verify(TokenSigner(keys: issuer.keys).sign(few)) == few)
  }

  @Test func `several audiences and any text survive`() throws {
    let odd = Claims(
      sub: "\u{1F4C5} \"quoted\" \\ ü", aud: ["other", "daybook"], exp: TestIssuer.now + 900,
      scope: "a\nb")
    #expect(try issuer.verify(TokenSigner(keys: issuer.keys).sign(odd)) == odd)
  }

  @Test func `a claim that libjwt would cut short is refused`() {
    let cut = Claims(sub: "1\u{0}2", exp: TestIssuer.now + 900)
    #expect(throws: KeySetError.self) { try TokenSigner(keys: issuer.keys).sign(cut) }
  }

  @Test func `hundreds of signatures all have the right length and fit`() throws {
    let signer = TokenSigner(keys: issuer.keys)
    for number in 0..<500 {
      let claims = Claims(sub: "\(number)", exp: TestIssuer.now + 900)
      #expect(try issuer.verify(signer.sign(claims)) == claims)
    }
  }

  /// An independent judge: libjwt's own check, with the public key.
  @Test func `libjwt agrees that our tokens are good`() throws {
    let token = try TokenSigner(keys: issuer.keys).sign(claims)
    let pem = Array(try issuer.key.publicKey.pem().utf8)
    var decoded: OpaquePointer?
    #expect(unsafe jwt_decode(&decoded, token, pem, Int32(pem.count)) == 0)
    #expect(unsafe jwt_get_alg(decoded) == JWT_ALG_ES256)
    #expect(unsafe String(cString: jwt_get_grant(decoded, "sid")) == "session-9")
    unsafe jwt_free(decoded)
  }

  @Test func `a token made by hand is verified too`() throws {
    let claims = try issuer.verify(issuer.token())
    #expect(claims.sub == "7" && claims.sid == "s1" && claims.iat == 1_700_000_000)
  }

  @Test func `the token may stand in the middle of other bytes`() throws {
    let token = try issuer.token()
    let bytes = Array("Bearer \(token)\r\n".utf8)
    let claims = try issuer.verifier().verify(
      bytes.span.extracting(7..<7 + token.utf8.count), now: TestIssuer.now)
    #expect(claims.sub == "7")
  }

  @Test func `many threads verify at once`() async throws {
    let tokens = try (0..<16).map {
      try TokenSigner(keys: issuer.keys).sign(Claims(sub: "\($0)", exp: TestIssuer.now + 9))
    }
    let verifier = issuer.verifier()
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<100).allSatisfy { round in
            let claims = try? verifier.verify(Array(tokens[round % 16].utf8), now: TestIssuer.now)
            return claims?.sub == "\(round % 16)"
          }
        }
      }
      for await right in group { #expect(right) }
    }
  }
}
