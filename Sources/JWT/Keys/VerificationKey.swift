internal import Secrets

/// One public key, and the only algorithm that it may check: the algorithm of a token is compared with the
/// key's, never obeyed.
struct VerificationKey: Sendable {
  enum Algorithm: String, Sendable {
    /// ECDSA on P-256 with SHA-256 (RFC 7518 section 3.4).
    case es256 = "ES256"
  }

  let id: String
  let algorithm: Algorithm
  let key: ECPublicKey

  /// Whether 64 bytes are this key's signature over a token's header and payload, as they came.
  func isValid(signature: [UInt8], for signed: Span<UInt8>) -> Bool {
    key.isValid(signature: signature, for: signed)
  }
}
