private import Secrets

/// Checks tokens of one issuer for one audience. Safe on every thread; allocates little and never blocks, so
/// event loops call it directly.
package struct TokenVerifier: Sendable {
  /// Bytes of the longest token that is looked at.
  package static let maximumLength = 8192

  private let keys: VerificationKeySet
  private let issuer: String
  private let audience: String
  private let leewaySeconds: Int

  /// `leewaySeconds`: how far the clocks of issuer and verifier may be apart.
  package init(keys: VerificationKeySet, issuer: String, audience: String, leewaySeconds: Int = 5) {
    self.keys = keys
    self.issuer = issuer
    self.audience = audience
    self.leewaySeconds = leewaySeconds
  }

  /// The claims of a token whose signature, times, issuer and audience are right; `now` in seconds since 1970.
  package func verify(_ token: Span<UInt8>, now: Int) throws(TokenError) -> Claims {
    let parts = try CompactToken(token)
    let header = try TokenHeader(parsing: parts.header)
    guard let key = keys[header.kid] else { throw .unknownKey }
    guard header.alg == key.algorithm.rawValue else { throw .wrongAlgorithm }
    // The payload is somebody's text until here: it is looked into only after its signature.
    guard key.isValid(signature: parts.signature, for: token.extracting(first: parts.signedLength)) else {
      throw .badSignature
    }
    let claims = try Claims(parsing: parts.payload)
    try check(claims, now: now)
    return claims
  }

  /// The same for bytes in an array.
  package func verify(_ token: [UInt8], now: Int) throws(TokenError) -> Claims {
    try verify(token.span, now: now)
  }

  private func check(_ claims: Claims, now: Int) throws(TokenError) {
    guard claims.iss == issuer else { throw .wrongIssuer }
    guard claims.aud.contains(audience) else { throw .wrongAudience }
    // Compared by differences to `now`, a small number: a claim of Int.max must not overflow.
    guard claims.exp > now - leewaySeconds else { throw .expired }
    guard claims.nbf ?? now <= now + leewaySeconds, claims.iat ?? now <= now + leewaySeconds else {
      throw .notYetValid
    }
  }
}
