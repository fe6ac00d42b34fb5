import Foundation
import Secrets

/// A log-in on one device, kept in Redis until it is ended or unused for `life`.
struct Session: Sendable {
  var id: String
  var createdAt: Date
  var lastSeenAt: Date
  var userAgent: String

  /// How long a session lives after its last refresh, in seconds.
  static let life = 30 * 86_400
}

/// What the browser's cookie holds: which session, a proof of having belonged to it once (`family`), and the
/// secret that works exactly once.
struct RefreshToken: Sendable {
  var sessionID: String
  var family: String
  var secret: String

  static func make() -> RefreshToken {
    RefreshToken(
      sessionID: SecureRandom.string(length: 22), family: SecureRandom.string(length: 22),
      secret: SecureRandom.string(length: 32))
  }

  func rotated() -> RefreshToken {
    RefreshToken(sessionID: sessionID, family: family, secret: SecureRandom.string(length: 32))
  }

  init(sessionID: String, family: String, secret: String) {
    (self.sessionID, self.family, self.secret) = (sessionID, family, secret)
  }

  /// Nil for text that no token of ours looks like.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 22, parts[1].utf8.count == 22, parts[2].utf8.count == 32,
      text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || SecureRandom.base62.utf8.contains($0) })
    else { return nil }
    self.init(sessionID: String(parts[0]), family: String(parts[1]), secret: String(parts[2]))
  }

  var text: String { "\(sessionID).\(family).\(secret)" }

  /// What is stored: Redis never holds a token that works.
  var familyHash: String { hash(family) }
  var secretHash: String { hash(secret) }

  private func hash(_ text: String) -> String {
    SHA256.hash(Array(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
