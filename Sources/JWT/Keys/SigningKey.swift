internal import Secrets

/// A private key with its id. It is kept as PEM too, because that is how libjwt takes it.
struct SigningKey: Sendable, CustomStringConvertible {
  let id: String
  let pem: [UInt8]
  let key: ECPrivateKey

  init(pem: String) throws(SecretsError) {
    key = try ECPrivateKey(pem: pem)
    id = try KeyID.thumbprint(key.publicKey)
    self.pem = Array(try key.pem().utf8)
  }

  /// The id alone: a key that is printed by mistake stays secret.
  var description: String { id }

  var verificationKey: VerificationKey {
    VerificationKey(id: id, algorithm: .es256, key: key.publicKey)
  }
}
