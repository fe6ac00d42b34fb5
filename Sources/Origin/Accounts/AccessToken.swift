import Foundation
import JWT

/// The tokens that origin makes: short-lived, for a user in one session.
enum AccessToken {
  static let issuer = "daybook"
  static let audience = "daybook"
  /// Seconds. Log-out does not wait for it: ended sessions are refused at once.
  static let life = 15 * 60
}

extension TokenSigner {
  /// Follows the real clock, never the test clock.
  func sign(userID: Int, sessionID: String) throws -> String {
    let now = Int(Date().timeIntervalSince1970)
    return try sign(
      Claims(
        iss: AccessToken.issuer, sub: String(userID), aud: [AccessToken.audience],
        exp: now + AccessToken.life,
        iat: now, sid: sessionID))
  }
}
