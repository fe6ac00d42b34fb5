import Foundation
import JSON
import Secrets

/// The mail that a code goes by: the job that the outbox carries until it is sent. The digits in it are sealed where
/// the operator gave a key.
struct EmailCodeMail: Sendable {
  static let kind = "email-code.mail"
  private static let context = "email-code"

  let email: String
  /// Also the mail's Message-ID, so that a mail that is sent twice counts once.
  let key: String
  private let secret: StoredSecret

  init(_ code: EmailCode, secrets: SecretBox) throws(SecretsError) {
    email = code.email
    key = "email-code.\(SecureRandom.string(length: 16))"
    secret = try secrets.store(code.text, context: Self.context)
  }

  /// Reads what `payload` wrote.
  init?(_ payload: [UInt8]) {
    guard let json = try? JSONValue(parsing: payload), let email = json["email"]?.string,
      let key = json["key"]?.string, let text = json["code"]?.string, let bytes = Base64URL.decode(text),
      let isSealed = json["sealed"]?.bool
    else { return nil }
    self.email = email
    self.key = key
    secret = StoredSecret(bytes: bytes, isSealed: isSealed)
  }

  var payload: [UInt8] {
    JSONValue.object([
      "email": .string(email), "key": .string(key), "code": .string(Base64URL.encode(secret.bytes)),
      "sealed": .bool(secret.isSealed),
    ]).bytes
  }

  func code(_ secrets: SecretBox) throws(SecretsError) -> String {
    try secrets.open(secret, context: Self.context)
  }
}
