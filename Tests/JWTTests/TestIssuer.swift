import JWT
import Secrets

/// An issuer with keys of its own, and tokens made by hand, as nobody honest would make them.
struct TestIssuer {
  static let now = 1_700_000_000

  let keys: SigningKeySet
  let key: ECPrivateKey

  init() throws {
    let pem = try SigningKeySet.newFile()
    keys = try SigningKeySet(pem: pem)
    key = try ECPrivateKey(pem: pem)
  }

  var header: String { #"{"alg":"ES256","kid":"\#(keys.currentKeyID)","typ":"JWT"}"# }

  let payload =
    #"{"iss":"daybook","sub":"7","aud":"daybook","exp":1700000900,"iat":1700000000,"sid":"s1"}"#

  func verifier(issuer: String = "daybook", audience: String = "daybook", leeway: Int = 5) -> TokenVerifier {
    TokenVerifier(
      keys: keys.verificationKeys, issuer: issuer, audience: audience, leewaySeconds: leeway)
  }

  /// Header and payload as they are, with a signature that is right for them.
  func token(header: String? = nil, payload: String? = nil) throws -> String {
    try sign(
      Base64URL.encode(Array((header ?? self.header).utf8)) + "."
        + Base64URL.encode(Array((payload ?? self.payload).utf8)))
  }

  /// Any text as signed part.
  func sign(_ signed: String) throws -> String {
    signed + "." + Base64URL.encode(try key.signature(for: Array(signed.utf8)))
  }

  func verify(_ token: String, now: Int = TestIssuer.now) throws(TokenError) -> Claims {
    try verifier().verify(Array(token.utf8), now: now)
  }

  /// Why a token is refused, nil when it is not.
  func refusal(_ token: String, now: Int = TestIssuer.now) -> TokenError? {
    do throws(TokenError) {
      _ = try verify(token, now: now)
      return nil
    } catch {
      return error
    }
  }
}
