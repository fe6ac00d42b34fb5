import COpenSSL
import JSON
import JWT
import Secrets
import Testing

@Suite struct KeySetTests {
  private let now = TestIssuer.now

  @Test func `the key set that we publish verifies what we sign`() throws {
    let issuer = try TestIssuer()
    let verifier = TokenVerifier(
      keys: try VerificationKeySet(jwks: issuer.keys.jwks()), issuer: "daybook", audience: "daybook")
    #expect(try verifier.verify(Array(issuer.token().utf8), now: now).sub == "7")
  }

  @Test func `it holds public things only`() throws {
    let issuer = try TestIssuer()
    let document = try JSONValue(parsing: issuer.keys.jwks())
    let members = try #require(document["keys"]?.array?.first?.object?.members.map(\.key))
    #expect(members.sorted() == ["alg", "crv", "kid", "kty", "use", "x", "y"])
  }

  @Test func `the key id is the thumbprint of RFC 7638`() throws {
    let issuer = try TestIssuer()
    let (x, y) = try issuer.key.publicKey.coordinates()
    let text = #"{"crv":"P-256","kty":"EC","x":"\#(Base64URL.encode(x))","y":"\#(Base64URL.encode(y))"}"#
    #expect(issuer.keys.currentKeyID == Base64URL.encode(SHA256.hash(text)))
  }

  @Test func `after rotation the new key signs, and tokens of the old one live on`() throws {
    let old = try TestIssuer()
    let token = try old.token()
    let rotated = try SigningKeySet(pem: SigningKeySet.newFile() + old.key.pem())
    #expect(rotated.currentKeyID != old.keys.currentKeyID)
    #expect(rotated.verificationKeys.keyIDs.count == 2)
    let verifier = TokenVerifier(
      keys: try VerificationKeySet(jwks: rotated.jwks()), issuer: "daybook", audience: "daybook")
    #expect(try verifier.verify(Array(token.utf8), now: now).sub == "7")
    let fresh = try TokenSigner(keys: rotated).sign(Claims(sub: "8", exp: now + 9))
    #expect(try verifier.verify(Array(fresh.utf8), now: now).sub == "8")
    #expect(throws: TokenError.unknownKey) { try old.verify(fresh) }
  }

  @Test func `when the old key is taken out its tokens end`() throws {
    let token = try TestIssuer().token()
    let other = try TestIssuer()
    #expect(other.refusal(token) == .unknownKey)
  }

  @Test func `a key file may hold what openssl ecparam writes, and public keys`() throws {
    let key = try ECPrivateKey.generate()
    let parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    let keys = try SigningKeySet(pem: "# ours\n" + parameters + key.pem() + key.publicKey.pem())
    #expect(keys.verificationKeys.keyIDs == [keys.currentKeyID])
  }

  @Test func `a key file without a key, with a broken one or one twice is refused`() throws {
    let pem = try SigningKeySet.newFile()
    let broken = pem.replacing("MIGHAgEA", with: "")
    for text in ["", "x", try ECPrivateKey(pem: pem).publicKey.pem(), broken, pem + pem, pem + broken] {
      let error = try #require(throws: KeySetError.self) { try SigningKeySet(pem: text) }
      #expect(!error.description.contains("MIG"), "no key in a message")
    }
  }

  @Test func `a printed key set shows no private key`() throws {
    let pem = try SigningKeySet.newFile()
    let keys = try SigningKeySet(pem: pem)
    for text in ["\(keys)", String(reflecting: keys), "\(TokenSigner(keys: keys))"] {
      #expect(!text.contains("45, 45, 45"), "the bytes of -----BEGIN")
    }
  }

  // MARK: Key sets of others

  private func jwks(_ keys: String...) -> [UInt8] {
    Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8)
  }

  private func jwk(_ extra: String = "", id: String = "a") throws -> String {
    let (x, y) = try ECPrivateKey.generate().publicKey.coordinates()
    return
      #"{"kty":"EC","crv":"P-256","x":"\#(Base64URL.encode(x))","y":"\#(Base64URL.encode(y))","kid":"\#(id)"\#(extra)}"#
  }

  @Test func `the key set of RFC 7517 gives its EC key; the RSA key is skipped`() throws {
    // Appendix A.1; its EC key is for encryption there, here the `use` is left out.
    let keys = try VerificationKeySet(
      jwks: jwks(
        #"""
        {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"}
        """#,
        #"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx","e":"AQAB","kid":"2"}"#))
    #expect(keys.keyIDs == ["1"])
  }

  @Test(arguments: [
    #","use":"enc""#, #","alg":"ES384""#, #","alg":"HS256""#, #","key_ops":["sign"]"#, #","key_ops":7"#,
  ])
  func `a key for something else is skipped`(_ extra: String) throws {
    let keys = try VerificationKeySet(jwks: jwks(jwk(extra), jwk(id: "b")))
    #expect(keys.keyIDs == ["b"])
    #expect(throws: KeySetError.self) { try VerificationKeySet(jwks: jwks(jwk(extra))) }
  }

  @Test func `members that mean nothing to us do no harm`() throws {
    let keys = try VerificationKeySet(
      jwks: jwks(jwk(#","use":"sig","alg":"ES256","key_ops":["verify"],"x5t":"abc","d":null"#)))
    #expect(keys.keyIDs == ["a"])
  }

  @Test func `broken keys and ids are errors, not silence`() throws {
    let good = try jwk()
    for bad in [
      good.replacing(#""kid":"a""#, with: #""kid":7"#), good.replacing(#""kid":"a""#, with: #""kid":"""#),
      good.replacing(#""kid":"a""#, with: #""kid":"a b""#), good.replacing(#""x":"#, with: #""q":"#),
      good.replacing(#""y":""#, with: #""y":"AAAA"#), good.replacing(#""x":""#, with: #""x":"=="#),
    ] {
      #expect(throws: KeySetError.self, "\(bad)") { try VerificationKeySet(jwks: jwks(good, bad)) }
    }
    #expect(throws: KeySetError.self, "one id twice") { try VerificationKeySet(jwks: jwks(good, good)) }
  }

  @Test(arguments: ["", "{}", "[]", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[7]}"#, "{"])
  func `what is no key set is refused`(_ text: String) {
    #expect(throws: KeySetError.self) { try VerificationKeySet(jwks: Array(text.utf8)) }
  }

  @Test func `a huge key set is refused`() throws {
    let many = try (0..<65).map { try jwk(id: "k\($0)") }.joined(separator: ",")
    #expect(throws: KeySetError.self) { try VerificationKeySet(jwks: jwks(many)) }
    let large = [UInt8](repeating: 0x20, count: 70_000)
    #expect(throws: KeySetError.self) { try VerificationKeySet(jwks: large) }
  }
}
