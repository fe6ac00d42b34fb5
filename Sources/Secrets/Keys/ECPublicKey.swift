private import COpenSSL

/// A P-256 public key (for ES256), parsed once. Safe on every thread.
package struct ECPublicKey: Sendable {
  private let key: OpenSSLKey

  package static let coordinateLength = 32
  package static let signatureLength = 64

  /// Reads a PEM text ("BEGIN PUBLIC KEY"). Other curves and kinds of key are refused.
  package init(pem: String) throws(SecretsError) {
    key = try OpenSSLKey.readPublic(pem: pem)
  }

  /// From the affine coordinates, 32 bytes each, big-endian; refused when they are no point of the curve.
  package init(x: [UInt8], y: [UInt8]) throws(SecretsError) {
    guard x.count == Self.coordinateLength, y.count == Self.coordinateLength else {
      throw SecretsError(.malformed, "a P-256 coordinate is 32 bytes")
    }
    key = try OpenSSLKey.publicP256(point: [4] + x + y)
  }

  init(key: OpenSSLKey) {
    self.key = key
  }

  /// The affine coordinates, 32 bytes each, big-endian.
  package func coordinates() throws(SecretsError) -> (x: [UInt8], y: [UInt8]) {
    let point = try key.publicPoint()
    return (Array(point[1...32]), Array(point[33...64]))
  }

  /// The key as "BEGIN PUBLIC KEY" PEM.
  package func pem() throws(SecretsError) -> String {
    try key.publicPEM()
  }

  /// Whether 64 bytes (r and s) are this key's ECDSA signature over the SHA-256 of a message. Any other length
  /// is no signature.
  package func isValid(signature: [UInt8], for message: Span<UInt8>) -> Bool {
    guard signature.count == Self.signatureLength else { return false }
    return key.verify(signature: signature, digest: SHA256.hash(message))
  }

  /// The same over bytes in an array.
  package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
    isValid(signature: signature, for: message.span)
  }
}
