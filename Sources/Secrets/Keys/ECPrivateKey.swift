private import COpenSSL

/// A P-256 private key (for ES256), parsed once. Safe on every thread.
package struct ECPrivateKey: Sendable {
  private let key: OpenSSLKey

  /// A new random key.
  package static func generate() throws(SecretsError) -> ECPrivateKey {
    ECPrivateKey(key: try OpenSSLKey.generateP256())
  }

  /// Reads a PEM text, PKCS #8 ("BEGIN PRIVATE KEY") or SEC 1 ("BEGIN EC PRIVATE KEY"), not encrypted. Other
  /// curves and kinds of key are refused.
  package init(pem: String) throws(SecretsError) {
    key = try OpenSSLKey.readPrivate(pem: pem)
  }

  private init(key: OpenSSLKey) {
    self.key = key
  }

  /// The key as PKCS #8 PEM, unencrypted: for a file that only its owner can read.
  package func pem() throws(SecretsError) -> String {
    try key.privatePEM()
  }

  package var publicKey: ECPublicKey { ECPublicKey(key: key) }

  /// The ECDSA signature over the SHA-256 of a message, 64 bytes: r and s, big-endian (RFC 7518 section 3.4).
  package func signature(for message: [UInt8]) throws(SecretsError) -> [UInt8] {
    try key.sign(digest: SHA256.hash(message))
  }
}
