/// Checks the signature and the claims of a token: what stands behind the filter. The real one is JWT's
/// verifier.
package protocol TokenVerification: Sendable {
  /// - Parameter now: seconds since 1970.
  func verify(_ token: Span<UInt8>, now: Int) throws(TokenRefusal) -> VerifiedToken
}
