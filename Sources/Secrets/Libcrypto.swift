internal import COpenSSL

/// What every use of libcrypto here shares: algorithms fetched once, and its errors as ours.
enum Libcrypto {
  /// EVP_MD_fetch, EVP_CIPHER_fetch: a fetch by name on every call costs more than hashing a token.
  /// Fetched algorithms are immutable and reference-counted by libcrypto, hence safe on every thread.
  nonisolated(unsafe) static let sha256: OpaquePointer = unsafe fetched(EVP_MD_fetch(nil, "SHA256", nil))
  nonisolated(unsafe) static let sha1: OpaquePointer = unsafe fetched(EVP_MD_fetch(nil, "SHA1", nil))
  nonisolated(unsafe) static let aes256GCM: OpaquePointer = unsafe fetched(
    EVP_CIPHER_fetch(nil, "AES-256-GCM", nil))

  private static func fetched(_ algorithm: OpaquePointer?) -> OpaquePointer {
    guard let algorithm = unsafe algorithm else {
      preconditionFailure("libcrypto without its default provider")
    }
    return unsafe algorithm
  }

  /// The error for a failed call, and the thread's error queue emptied (ERR_clear_error) so that it does not
  /// colour the next one.
  static func failure(_ kind: SecretsError.Kind, _ message: String) -> SecretsError {
    ERR_clear_error()
    return SecretsError(kind, message)
  }

  /// Throws unless a libcrypto call answered 1.
  static func check(_ result: Int32, _ what: String) throws(SecretsError) {
    guard result == 1 else { throw failure(.libcrypto, "libcrypto: \(what) failed") }
  }
}
