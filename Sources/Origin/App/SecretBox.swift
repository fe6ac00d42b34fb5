import Foundation
import Secrets

/// A secret as the database keeps it.
struct StoredSecret: Sendable, Equatable {
  var bytes: [UInt8]
  var isSealed: Bool
}

/// Makes secrets of customers fit to be stored: sealed where the operator gave a key file, else as they are.
struct SecretBox: Sendable {
  private let seal: Seal?

  init(keyFile: String?) throws {
    guard let keyFile else {
      seal = nil
      return
    }
    do {
      seal = Seal(try SealingKeys(parsing: String(contentsOfFile: keyFile, encoding: .utf8)))
    } catch {
      throw SettingsError(mistakes: ["SECRETS_KEY_FILE cannot be used: \(error)"])
    }
  }

  /// - Parameter context: what it is for; a sealed value that is copied elsewhere opens nothing.
  func store(_ secret: String, context: String) throws(SecretsError) -> StoredSecret {
    guard let seal else { return StoredSecret(bytes: Array(secret.utf8), isSealed: false) }
    return StoredSecret(bytes: try seal.seal(Array(secret.utf8), context: context), isSealed: true)
  }

  func open(_ stored: StoredSecret, context: String) throws(SecretsError) -> String {
    guard stored.isSealed else { return String(decoding: stored.bytes, as: UTF8.self) }
    guard let seal else {
      throw SecretsError(.unknownKey, "sealed, but there is no SECRETS_KEY_FILE any more")
    }
    return String(decoding: try seal.open(stored.bytes, context: context), as: UTF8.self)
  }
}
