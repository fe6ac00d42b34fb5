package import Secrets

/// The keys of an issuer: the current one signs, the older ones still verify until their tokens have expired.
///
/// The key file (`SIGNING_KEY_FILE`) is one or more PEM private keys, EC P-256, one after the other. The first
/// signs. To rotate, put a new key before the old one, restart, and take the old one out after the longest life
/// of a token. Key ids are JWK thumbprints (RFC 7638), so nobody has to name keys.
package struct SigningKeySet: Sendable {
  let current: SigningKey
  private let verification: [VerificationKey]

  /// Reads the text of a key file.
  package init(pem text: String) throws(KeySetError) {
    var keys: [SigningKey] = []
    for pem in PEMBlocks.privateKeys(in: text) {
      guard keys.count < VerificationKeySet.maximumKeys else {
        throw KeySetError("more than \(VerificationKeySet.maximumKeys) signing keys")
      }
      do {
        keys.append(try SigningKey(pem: pem))
      } catch {
        throw KeySetError("signing key \(keys.count + 1): \(error)")
      }
    }
    guard let first = keys.first else { throw KeySetError("no PEM private key in the signing key file") }
    guard Set(keys.map(\.id)).count == keys.count else { throw KeySetError("the same signing key twice") }
    current = first
    verification = keys.map(\.verificationKey)
  }

  /// The text of a new key file with one random key.
  package static func newFile() throws(SecretsError) -> String {
    try ECPrivateKey.generate().pem()
  }

  /// The id of the key that signs.
  package var currentKeyID: String { current.id }

  /// The public halves of all keys, for verifying in this process.
  package var verificationKeys: VerificationKeySet { VerificationKeySet(keys: verification) }

  /// The public halves of all keys as a JWK Set document, for /.well-known/jwks.json.
  package func jwks() throws(KeySetError) -> [UInt8] {
    do { return try JWKSet.document(verification) } catch { throw KeySetError("\(error)") }
  }
}
