package import JWT

/// JWT's verifier behind the filter, with the leeway that it grants.
package struct JWTVerification: TokenVerification {
  private let verifier: TokenVerifier
  private let leewaySeconds: Int

  /// - Parameter keys: the set as it was fetched.
  package init(_ configuration: TokenConfiguration, keys: VerificationKeySet) {
    leewaySeconds = configuration.leewaySeconds
    verifier = TokenVerifier(
      keys: keys, issuer: configuration.issuer, audience: configuration.audience,
      leewaySeconds: configuration.leewaySeconds)
  }

  package func verify(_ token: Span<UInt8>, now: Int) throws(TokenRefusal) -> VerifiedToken {
    do throws(TokenError) {
      let claims = try verifier.verify(token, now: now)
      return VerifiedToken(
        bytes: token.bytes, subject: claims.sub, session: claims.sid,
        expiresAt: claims.exp.addingReportingOverflow(leewaySeconds).partialValue,
        issuedAt: claims.iat, claims: Self.words(of: claims))
    } catch {
      throw TokenRefusal(error)
    }
  }

  /// What routes may ask for.
  private static func words(of claims: Claims) -> [String: [String]] {
    var words = claims.others
    words["sub"] = [claims.sub]
    if let scope = claims.scope { words["scope"] = scope.split(separator: " ").map(String.init) }
    return words
  }
}

extension TokenRefusal {
  package init(_ error: TokenError) {
    self =
      switch error {
      case .tooLong: .tooLong
      case .malformed, .badClaim: .malformed
      case .unknownKey: .unknownKey
      case .criticalHeader, .wrongAlgorithm, .badSignature: .untrusted
      case .expired: .expired
      case .notYetValid: .notYetValid
      case .wrongIssuer, .wrongAudience: .notForUs
      }
  }
}
