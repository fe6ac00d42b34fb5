import JWT
import Secrets
import Testing

/// Every trick is tried on a token that is good but for it, with a signature that is right for what is signed
/// wherever that is possible: what is refused is refused for its reason.
@Suite struct RefusedTokenTests {
  private let issuer: TestIssuer

  init() throws {
    issuer = try TestIssuer()
  }

  @Test func `the token that the others vary is good`() throws {
    #expect(issuer.refusal(try issuer.token()) == nil)
  }

  // MARK: Form

  @Test(arguments: ["", ".", "..", "...", "a.b.c", "a.b", "Bearer x", "\u{0}.\u{0}.\u{0}"])
  func `what is no token is malformed`(_ text: String) {
    #expect(issuer.refusal(text) == .malformed)
  }

  @Test func `cut short at any byte it is malformed or wrongly signed`() throws {
    let token = try issuer.token()
    for count in 0..<token.utf8.count {
      #expect(issuer.refusal(String(token.prefix(count))) != nil, "\(count) bytes")
    }
  }

  @Test func `with any byte changed it is refused`() throws {
    let token = Array(try issuer.token().utf8)
    for index in token.indices {
      for letter in [UInt8(ascii: "A"), UInt8(ascii: "_"), UInt8(ascii: "."), 0, 0xFF]
      where letter != token[index] {
        var changed = token
        changed[index] = letter
        #expect(throws: TokenError.self, "byte \(index)") {
          try issuer.verifier().verify(changed, now: TestIssuer.now)
        }
      }
    }
  }

  @Test func `padding, space and line ends are refused wherever they stand`() throws {
    let parts = try issuer.token().split(separator: ".").map(String.init)
    for odd in ["=", "==", "\n", "\r\n", " ", "\t", "\u{0}", "+", "/", "%3D"] {
      for index in 0..<3 {
        var changed = parts
        changed[index] += odd
        #expect(issuer.refusal(changed.joined(separator: ".")) == .malformed, "after part \(index)")
        changed = parts
        changed[index] = odd + changed[index]
        #expect(issuer.refusal(changed.joined(separator: ".")) == .malformed, "before part \(index)")
      }
      // Signed as it is, so that only the form can be the reason.
      #expect(issuer.refusal(try issuer.sign(parts[0] + odd + "." + parts[1])) == .malformed)
      #expect(issuer.refusal(try issuer.sign(parts[0] + "." + parts[1] + odd)) == .malformed)
    }
  }

  @Test func `four parts, an empty part and an encrypted token's five are malformed`() throws {
    let parts = try issuer.token().split(separator: ".").map(String.init)
    for signed in [
      parts[0] + "." + parts[1] + ".", parts[0] + ".." + parts[1], "." + parts[1], parts[0] + ".",
      parts[0] + "." + parts[1] + "." + parts[1] + "." + parts[1],
    ] {
      #expect(issuer.refusal(try issuer.sign(signed)) == .malformed, "\(signed)")
    }
  }

  @Test func `a second text for the same signature is refused`() throws {
    // The last letter of 64 bytes carries two bits: four letters would decode to the same.
    let token = try issuer.token()
    let last = try #require(token.last)
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let value = try #require(alphabet.firstIndex(of: last))
    #expect(value % 16 == 0)
    #expect(issuer.refusal(String(token.dropLast()) + String(alphabet[value + 1])) == .malformed)
  }

  @Test func `beyond the length it is not looked at`() throws {
    let filler = String(repeating: "x", count: TokenVerifier.maximumLength)
    let payload = issuer.payload.dropLast() + #","x":"\#(filler)"}"#
    #expect(issuer.refusal(try issuer.token(payload: String(payload))) == .tooLong)
  }

  @Test(arguments: [
    "", "null", "[]", "7", "{", "{}x", #"{"a":1,}"#, #"{"alg":"ES256","alg":"ES256"}"#, "\u{FEFF}{}",
    "{\"a\":\"\u{1}\"}", "{'alg':'ES256'}", #"{"alg":"ES256"/**/}"#,
  ])
  func `a header that is not a strict JSON object is malformed`(_ header: String) throws {
    #expect(issuer.refusal(try issuer.token(header: header)) == .malformed)
  }

  @Test(arguments: ["", "null", "[]", "7", "{", #"{"sub":"1"} {}"#])
  func `a payload that is not a strict JSON object is malformed`(_ payload: String) throws {
    #expect(issuer.refusal(try issuer.token(payload: payload)) == .malformed)
  }

  @Test func `bytes that are not UTF-8 are malformed`() throws {
    let bad = Base64URL.encode(Array(#"{"sub":"\#u{0}"}"#.utf8.dropLast(2)) + [0xC3, 0x28, 0x22, 0x7D])
    let header = Base64URL.encode(Array(issuer.header.utf8))
    #expect(issuer.refusal(try issuer.sign(header + "." + bad)) == .malformed)
  }

  @Test func `a claim that stands twice is refused`() throws {
    let payload = issuer.payload.dropLast() + #","sub":"1"}"#
    #expect(issuer.refusal(try issuer.token(payload: String(payload))) == .malformed)
    let escaped = issuer.payload.dropLast() + #","s\u0075b":"1"}"#
    #expect(issuer.refusal(try issuer.token(payload: String(escaped))) == .malformed)
  }

  @Test func `a deeply nested header or payload is refused without harm`() throws {
    let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
    #expect(issuer.refusal(try issuer.token(header: #"{"alg":"ES256","x":\#(deep)}"#)) == .malformed)
    #expect(issuer.refusal(try issuer.token(payload: #"{"x":\#(deep)}"#)) == .malformed)
  }

  // MARK: Algorithm and key

  @Test(arguments: ["none", "None", "NONE", "", "HS256", "ES384", "RS256", "es256", "ES256 "])
  func `another algorithm than the key's is refused`(_ algorithm: String) throws {
    let header = #"{"alg":"\#(algorithm)","kid":"\#(issuer.keys.currentKeyID)"}"#
    #expect(issuer.refusal(try issuer.token(header: header)) == .wrongAlgorithm)
  }

  @Test func `alg none without a signature is refused`() throws {
    let header = Base64URL.encode(Array(#"{"alg":"none","kid":"\#(issuer.keys.currentKeyID)"}"#.utf8))
    let payload = Base64URL.encode(Array(issuer.payload.utf8))
    #expect(issuer.refusal(header + "." + payload + ".") == .malformed)
    #expect(issuer.refusal(header + "." + payload) == .malformed)
  }

  /// The classic: the public key, known to all, used as the secret of an HMAC.
  @Test func `HS256 with the public key as its secret is refused`() throws {
    let header = Base64URL.encode(
      Array(#"{"alg":"HS256","kid":"\#(issuer.keys.currentKeyID)","typ":"JWT"}"#.utf8))
    let signed = header + "." + Base64URL.encode(Array(issuer.payload.utf8))
    for secret in [try issuer.key.publicKey.pem(), try issuer.key.publicKey.pem().trimmed] {
      let mac = HMAC.sha256(key: secret, signed)
      #expect(issuer.refusal(signed + "." + Base64URL.encode(mac)) == .malformed, "a MAC is too short")
      #expect(issuer.refusal(signed + "." + Base64URL.encode(mac + mac)) == .wrongAlgorithm)
    }
  }

  @Test(arguments: [
    #"{"alg":"ES256"}"#, #"{"alg":"ES256","kid":"other"}"#, #"{"alg":"ES256","kid":7}"#,
    #"{"alg":"ES256","kid":["KID"]}"#, #"{"alg":"ES256","kid":"../../etc/passwd"}"#,
    #"{"alg":"ES256","kid":"KID "}"#, #"{"alg":"ES256","kid":"' OR 1=1"}"#,
  ])
  func `without a known key id it is refused`(_ header: String) throws {
    let header = header.replacing("KID", with: issuer.keys.currentKeyID)
    #expect(issuer.refusal(try issuer.token(header: header)) == .unknownKey)
  }

  @Test func `a key that the token brings along is not used`() throws {
    let thief = try TestIssuer()
    let (x, y) = try thief.key.publicKey.coordinates()
    let jwk =
      #"{"kty":"EC","crv":"P-256","x":"\#(Base64URL.encode(x))","y":"\#(Base64URL.encode(y))","kid":"mine"}"#
    for extra in [
      #""jwk":\#(jwk)"#, #""jku":"https://thief.example/jwks""#, #""x5u":"https://thief.example""#,
    ] {
      let unknown = try thief.token(header: #"{"alg":"ES256","kid":"mine",\#(extra)}"#)
      #expect(issuer.refusal(unknown) == .unknownKey)
      let ours = try thief.token(header: #"{"alg":"ES256","kid":"\#(issuer.keys.currentKeyID)",\#(extra)}"#)
      #expect(issuer.refusal(ours) == .badSignature)
    }
  }

  @Test func `the key id of another key does not help`() throws {
    let other = try TestIssuer()
    let both = try SigningKeySet(pem: issuer.key.pem() + other.key.pem())
    let verifier = TokenVerifier(keys: both.verificationKeys, issuer: "daybook", audience: "daybook")
    let forged = try issuer.token(header: other.header)
    #expect(throws: TokenError.badSignature) { try verifier.verify(Array(forged.utf8), now: TestIssuer.now) }
  }

  @Test(arguments: [#"["b64"]"#, #"["exp"]"#, "[]", "null", #""b64""#])
  func `critical headers are refused`(_ critical: String) throws {
    let header = #"{"alg":"ES256","kid":"\#(issuer.keys.currentKeyID)","b64":false,"crit":\#(critical)}"#
    #expect(issuer.refusal(try issuer.token(header: header)) == .criticalHeader)
  }

  @Test(arguments: [#""typ":"JWE""#, #""typ":7"#, #""cty":"JWT""#])
  func `another type of thing is not a token`(_ extra: String) throws {
    let header = #"{"alg":"ES256","kid":"\#(issuer.keys.currentKeyID)",\#(extra)}"#
    #expect(issuer.refusal(try issuer.token(header: header)) == .malformed)
  }

  // MARK: Signature

  @Test func `a signature of another length or form is refused`() throws {
    let token = try issuer.token()
    let signed = String(token[..<token.lastIndex(of: ".")!])
    let raw = try issuer.key.signature(for: Array(signed.utf8))
    for bad in [[], Array(raw.dropLast()), raw + [0], [0] + raw, raw + raw] {
      #expect(issuer.refusal(signed + "." + Base64URL.encode(bad)) == .malformed, "\(bad.count) bytes")
    }
    let zeros = [UInt8](repeating: 0, count: 64)
    #expect(issuer.refusal(signed + "." + Base64URL.encode(zeros)) == .badSignature)
    #expect(issuer.refusal(signed + "." + Base64URL.encode(raw)) == nil)
  }

  @Test func `the signature of another token is refused`() throws {
    let first = try issuer.token().split(separator: ".")
    let second = try issuer.token(payload: issuer.payload.replacing("\"7\"", with: "\"8\"")).split(
      separator: ".")
    #expect(issuer.refusal([first[0], first[1], second[2]].joined(separator: ".")) == .badSignature)
    #expect(issuer.refusal([first[0], second[1], first[2]].joined(separator: ".")) == .badSignature)
  }
}

extension String {
  fileprivate var trimmed: String { String(prefix { _ in true }.dropLast()) }
}
