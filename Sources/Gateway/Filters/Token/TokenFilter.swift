package import HTTPWire

/// Finds out who calls. Belongs to one event loop.
package struct TokenFilter: ~Copyable {
  private var verification: (any TokenVerification)?
  private var remembered: RememberedTokens
  /// Sessions that have ended; nil when nobody tells.
  package var revocation: (any SessionRevocation)?

  /// - Parameter remembered: how many verified tokens are kept.
  package init(remembered: Int) {
    self.remembered = RememberedTokens(capacity: remembered)
  }

  /// Checks against another key set from now on, and forgets what the old one vouched for. Call it only when the
  /// set has changed.
  package mutating func use(_ verification: any TokenVerification) {
    self.verification = verification
    remembered.removeAll()
  }

  /// Whether tokens can be checked.
  package var isReady: Bool { verification != nil }
  package var rememberedCount: Int { remembered.count }

  /// What the request's Authorization says.
  ///
  /// - Parameter now: seconds since 1970.
  package mutating func check(
    _ rule: RouteConfiguration.TokenRule, _ fields: borrowing HeaderFields, in bytes: Span<UInt8>, now: Int
  ) -> TokenOutcome {
    guard rule != .none else { return .ignored }
    guard let value = fields.value(.authorization) else {
      return rule == .required ? .refused(.missing) : .anonymous
    }
    guard !fields.isRepeated(.authorization) else { return .refused(.repeated) }
    do throws(TokenRefusal) {
      return try check(BearerToken.find(value, in: bytes), in: bytes, now: now)
    } catch {
      return .refused(error)
    }
  }

  private mutating func check(
    _ token: Range<Int>, in bytes: Span<UInt8>, now: Int
  ) throws(TokenRefusal) -> TokenOutcome {
    if let known = remembered.find(token, in: bytes, now: now) { return .verified(try unlessRevoked(known)) }
    if BearerToken.isAPIKey(token, in: bytes) {
      guard BearerToken.isPlausibleKey(token, in: bytes) else { throw .malformed }
      return .apiKey
    }
    guard BearerToken.isCompactJWS(token, in: bytes) else { throw .malformed }
    guard let verification else { throw .noKeys }
    let verified = try verification.verify(bytes.extracting(token), now: now)
    remembered.remember(verified)
    return .verified(try unlessRevoked(verified))
  }

  private func unlessRevoked(_ token: VerifiedToken) throws(TokenRefusal) -> VerifiedToken {
    if let revocation, revocation.isRevoked(token) { throw .revoked }
    return token
  }
}
