import HTTPTypes
import Foundation
import Hummingbird
import Problem
import Secrets

/// A request that named itself with `Idempotency-Key`: the same one again, within a day, gets the answer of the first.
/// The answer is written in the transaction of the fact, so there is never one without the other.
struct IdempotencyKey: Sendable {
  /// Who asked: two callers' keys never meet.
  let scope: String
  let key: String
  /// SHA-256 of what was asked.
  let request: [UInt8]

  static let life: TimeInterval = 24 * 3600

  /// Nil where the caller named nothing.
  init?(_ request: Request, body: [UInt8], caller: Caller?) throws(Problem) {
    guard let key = request.headers.value(.idempotencyKey) else { return nil }
    guard 1...255 ~= key.utf8.count, key.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
      throw .badRequest(
        "invalid_idempotency_key", "Idempotency-Key must have 1 to 255 visible ASCII characters.")
    }
    scope = caller.map { "user:\($0.userID)" } ?? "public"
    self.key = key
    self.request = SHA256.hash(Array("\(request.method.rawValue) \(request.uri.path)\n".utf8) + body)
  }

  /// An answer that was given before.
  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
  }
}
