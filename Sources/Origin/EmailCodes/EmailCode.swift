import Foundation
import Secrets

/// Six digits that show who reads the mail of an address: asked for before a booking of an event type with
/// `requiresBookerEmailVerification`, and sent along with it.
struct EmailCode: Sendable, Equatable {
  /// Lower-case: nobody has two addresses that differ in that alone.
  let email: String
  let text: String

  /// How long one is good for. It is not used up: whoever finds his time taken books another with the same.
  static let life: TimeInterval = 15 * 60
  /// After so many wrong ones the right one is worth nothing either.
  static let mostAttempts = 5
  /// So many mails an address gets within an hour, whoever asks for them.
  static let mostPerHour = 5

  init(email: String, text: String) {
    self.email = email.lowercased()
    self.text = text
  }

  static func random(for email: String) -> EmailCode {
    EmailCode(email: email, text: SecureRandom.string(length: 6, alphabet: "0123456789"))
  }

  /// What the database keeps of it; the same digits of another address are another hash.
  var hash: [UInt8] { SHA256.hash("email-code\n\(email)\n\(text)") }
}
