/// What the token filter found out about the caller.
package enum TokenOutcome: Sendable {
  /// The route looks at no token.
  case ignored
  /// None was sent, and none is needed.
  case anonymous
  /// An API key, which origin knows; it goes on unverified. With its identity for rate limits.
  case apiKey(UInt64)
  /// A token whose signature and claims were checked.
  case verified(VerifiedToken)
  case refused(TokenRefusal)
}
