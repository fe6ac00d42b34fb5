private import JSON
internal import Secrets

/// The public keys by which tokens are checked, by their ids: parsed once, used by every thread.
package struct VerificationKeySet: Sendable {
  private let keys: [String: VerificationKey]

  package static let maximumKeys = 64

  /// Reads a JWK Set (RFC 7517). Keys that are not for ES256 signatures are skipped, as RFC 7517 section 5
  /// says; a set with none left, a key id twice and a broken key are errors.
  package init(jwks: [UInt8]) throws(KeySetError) {
    self.init(keys: try JWKSet.parse(jwks))
  }

  init(keys: [VerificationKey]) {
    self.keys = Dictionary(uniqueKeysWithValues: keys.map { ($0.id, $0) })
  }

  package var keyIDs: [String] { keys.keys.sorted() }

  subscript(id: String) -> VerificationKey? { keys[id] }
}
