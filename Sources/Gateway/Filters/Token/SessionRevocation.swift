/// Knows which sessions have ended although their tokens have not. Asked on every event loop, for every request
/// with a verified token, so that it must be quick and wait for nobody.
package protocol SessionRevocation: Sendable {
  func isRevoked(_ token: VerifiedToken) -> Bool
}
