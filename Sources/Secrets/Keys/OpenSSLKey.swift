private import COpenSSL

/// Owns an EVP_PKEY on P-256: made once, freed with the last reference (EVP_PKEY_free).
///
/// Sendable because an EVP_PKEY is not changed after it is made and OpenSSL allows many threads to use one at a
/// time; each call makes an EVP_PKEY_CTX of its own.
@safe final class OpenSSLKey: @unchecked Sendable {
  private let pointer: OpaquePointer

  /// Takes ownership.
  init(owning pointer: OpaquePointer) {
    unsafe self.pointer = pointer
  }

  deinit {
    unsafe EVP_PKEY_free(pointer)
  }

  /// EVP_PKEY_sign over a digest, its DER answer as r and s.
  func sign(digest: [UInt8]) throws(SecretsError) -> [UInt8] {
    let context = try unsafe context()
    defer { unsafe EVP_PKEY_CTX_free(context) }
    try Libcrypto.check(unsafe EVP_PKEY_sign_init(context), "EVP_PKEY_sign_init")
    var der = [UInt8](repeating: 0, count: ECDSASignature.maximumDERLength)
    var length = der.count
    try Libcrypto.check(
      unsafe EVP_PKEY_sign(context, &der, &length, digest, digest.count), "EVP_PKEY_sign")
    return try ECDSASignature.raw(der: der[..<length])
  }

  /// EVP_PKEY_verify over a digest; r and s are 64 bytes.
  func verify(signature: [UInt8], digest: [UInt8]) -> Bool {
    guard let context = try? unsafe context() else { return false }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    let der = ECDSASignature.der(raw: signature)
    let valid =
      unsafe EVP_PKEY_verify_init(context) == 1
      && EVP_PKEY_verify(context, der, der.count, digest, digest.count) == 1
    if !valid { ERR_clear_error() }
    return valid
  }

  /// The uncompressed point: 4, x, y.
  func publicPoint() throws(SecretsError) -> [UInt8] {
    var point = [UInt8](repeating: 0, count: 65)
    var length = 0
    try Libcrypto.check(
      unsafe EVP_PKEY_get_octet_string_param(
        pointer, OSSL_PKEY_PARAM_PUB_KEY, &point, point.count, &length),
      "EVP_PKEY_get_octet_string_param")
    guard length == 65, point[0] == 4 else {
      throw SecretsError(.libcrypto, "libcrypto: not an uncompressed point")
    }
    return point
  }

  func privatePEM() throws(SecretsError) -> String {
    try unsafe PEM.text { bio in
      unsafe PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil)
    }
  }

  func publicPEM() throws(SecretsError) -> String {
    try unsafe PEM.text { bio in unsafe PEM_write_bio_PUBKEY(bio, pointer) }
  }

  private func context() throws(SecretsError) -> OpaquePointer {
    guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else {
      throw Libcrypto.failure(.libcrypto, "libcrypto: EVP_PKEY_CTX_new_from_pkey failed")
    }
    return unsafe context
  }
}
