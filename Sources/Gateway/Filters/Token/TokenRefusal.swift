/// Why a token is not accepted.
package enum TokenRefusal: Error, Sendable, Equatable, CaseIterable {
  /// The route needs one and none was sent.
  case missing
  /// Two Authorization fields: nobody can say which one counts.
  case repeated
  /// Another scheme than Bearer, or nothing after it.
  case notBearer
  case tooLong
  /// Not the form of a token or of an API key.
  case malformed
  /// Signature, key or algorithm are not right.
  case untrusted
  case expired
  case notYetValid
  /// For another issuer or audience.
  case notForUs
  /// The session behind it has ended.
  case revoked
  /// No key set has been fetched yet, so nothing can be checked.
  case noKeys
}
