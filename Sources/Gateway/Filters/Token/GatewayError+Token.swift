extension GatewayError.Code {
  package static let tokenMissing = Self("token_missing")
  package static let tokenRepeated = Self("token_repeated")
  package static let tokenMalformed = Self("token_malformed")
  package static let tokenInvalid = Self("token_invalid")
  package static let tokenExpired = Self("token_expired")
  package static let tokenRevoked = Self("token_revoked")
  package static let tokenInsufficient = Self("token_insufficient")
  package static let crossOrigin = Self("cross_origin")
  package static let tooManyBadTokens = Self("too_many_bad_tokens")
  package static let tokenKeysUnavailable = Self("token_keys_unavailable")
}

extension GatewayError {
  /// 401 with a challenge (RFC 6750, section 3), 400 where the request contradicts itself, 503 where it is us.
  package init(_ refusal: TokenRefusal) {
    switch refusal {
    case .missing:
      self = Self.unauthorized(
        .tokenMissing, "Send an access token: Authorization: Bearer <token>.", challenge: nil)
    case .repeated:
      self.init(
        .tokenRepeated, status: 400, fault: .client,
        "The request has several Authorization fields or session cookies. Send one.")
    case .notBearer:
      self = Self.unauthorized(
        .tokenMalformed, "The Authorization field must be \"Bearer\", a space and the token.",
        challenge: "invalid_request")
    case .tooLong:
      self = Self.unauthorized(
        .tokenMalformed, "The token is longer than any that we issue.", challenge: "invalid_token")
    case .malformed:
      self = Self.unauthorized(
        .tokenMalformed, "This is neither an access token nor an API key.", challenge: "invalid_token")
    case .untrusted, .unknownKey, .notForUs:
      self = Self.unauthorized(
        .tokenInvalid, "The token was not issued by us, or has been changed. Log in again.",
        challenge: "invalid_token")
    case .expired:
      self = Self.unauthorized(
        .tokenExpired, "The token has expired. Refresh it or log in again.", challenge: "invalid_token")
    case .notYetValid:
      self = Self.unauthorized(
        .tokenInvalid, "The token is not valid yet. Check the clock.", challenge: "invalid_token")
    case .revoked:
      self = Self.unauthorized(
        .tokenRevoked, "The session of this token has ended. Log in again.", challenge: "invalid_token")
    case .crossOrigin:
      self.init(
        .crossOrigin, status: 403, fault: .client,
        "With the session cookie this may be sent by our own pages only.")
    case .insufficient:
      self = GatewayError(
        .tokenInsufficient, status: 403, fault: .client, "The token does not allow this."
      ).with("WWW-Authenticate", "Bearer realm=\"daybook\", error=\"insufficient_scope\"")
    case .tooManyFailures:
      self.init(
        .tooManyBadTokens, status: 429, fault: .client,
        "Too many wrong tokens came from your address. Wait before the next one.")
    case .noKeys, .newKey:
      self = GatewayError(
        .tokenKeysUnavailable, status: 503, fault: .gateway,
        "Tokens cannot be checked right now. Try again shortly."
      ).with("Retry-After", "1")
    }
  }

  private static func unauthorized(_ code: Code, _ message: String, challenge: String?) -> GatewayError {
    let error = challenge.map { ", error=\"\($0)\"" } ?? ""
    return GatewayError(code, status: 401, fault: .client, message)
      .with("WWW-Authenticate", "Bearer realm=\"daybook\"\(error)")
  }
}
