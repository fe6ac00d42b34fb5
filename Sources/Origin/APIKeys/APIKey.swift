import Foundation
import JSON
import Secrets

/// What is known of a key: everything but the key.
struct APIKey: Sendable {
  var id: Int
  var prefix: String
  var note: String?
  var createdAt: Date
  var expiresAt: Date?
  var lastUsedAt: Date?

  /// Of one person.
  static let most = 200

  /// - Parameter secret: only in the answer to its making.
  func write(_ secret: APIKeySecret? = nil, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      if let secret { json.member("apiKey", secret.text) }
      json.member("prefix", prefix)
      json.member("note", note)
      json.member("createdAt", ISO8601.text(createdAt))
      json.member("expiresAt", expiresAt.map(ISO8601.text))
      json.member("lastUsedAt", lastUsedAt.map(ISO8601.text))
    }
  }
}

/// The key itself: `dk_` and forty random letters and digits.
struct APIKeySecret: Sendable {
  static let prefix = "dk_"
  private static let length = 40

  let text: String

  static func make() -> APIKeySecret {
    APIKeySecret(text: prefix + SecureRandom.string(length: length))
  }

  private init(text: String) { self.text = text }

  /// Nil for text that no key of ours looks like: nothing needs to be looked up for it.
  init?(_ text: Substring) {
    let bytes = text.utf8
    guard text.hasPrefix(Self.prefix), bytes.count == Self.prefix.utf8.count + Self.length else { return nil }
    let isPlain = bytes.dropFirst(Self.prefix.utf8.count).allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: false
      }
    }
    guard isPlain else { return nil }
    self.text = String(text)
  }

  /// What is stored.
  var hash: [UInt8] { SHA256.hash(Array(text.utf8.dropFirst(Self.prefix.utf8.count))) }

  /// What people see of it in lists.
  var shown: String { String(text.prefix(Self.prefix.utf8.count + 4)) }
}
