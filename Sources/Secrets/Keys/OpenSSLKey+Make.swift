private import COpenSSL

/// The ways to come by a P-256 key.
extension OpenSSLKey {
  /// EVP_EC_gen's own steps; the function itself is variadic and so not importable.
  static func generateP256() throws(SecretsError) -> OpenSSLKey {
    guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
      throw Libcrypto.failure(.libcrypto, "libcrypto: no EC keys")
    }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    try Libcrypto.check(unsafe EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
    try Libcrypto.check(
      unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1), "P-256")
    var key: OpaquePointer?
    try Libcrypto.check(unsafe EVP_PKEY_generate(context, &key), "EVP_PKEY_generate")
    return try unsafe checkedP256(key)
  }

  /// From an uncompressed point (4, x, y), which d2i_PUBKEY refuses when it is not on the curve.
  static func publicP256(point: [UInt8]) throws(SecretsError) -> OpenSSLKey {
    let der = publicKeyPrefix + point
    let key = unsafe der.withUnsafeBufferPointer { der in
      var start = der.baseAddress
      return unsafe d2i_PUBKEY(nil, &start, der.count)
    }
    guard unsafe key != nil else { throw Libcrypto.failure(.malformed, "not a point of P-256") }
    return try unsafe checkedP256(key)
  }

  /// What stands before the point in a SubjectPublicKeyInfo (RFC 5480) of P-256: the lengths, id-ecPublicKey,
  /// prime256v1 and the head of the bit string.
  private static let publicKeyPrefix: [UInt8] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86,
    0x48,
    0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
  ]

  static func readPrivate(pem: String) throws(SecretsError) -> OpenSSLKey {
    try unsafe checkedP256(
      PEM.read(pem) { bio in
        // An encrypted key must fail, not ask for its password on the terminal.
        unsafe PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
      })
  }

  static func readPublic(pem: String) throws(SecretsError) -> OpenSSLKey {
    try unsafe checkedP256(PEM.read(pem) { bio in unsafe PEM_read_bio_PUBKEY(bio, nil, nil, nil) })
  }

  /// Takes the pointer over; refuses everything but a sound EC key on P-256.
  private static func checkedP256(_ pointer: OpaquePointer?) throws(SecretsError) -> OpenSSLKey {
    guard let pointer = unsafe pointer else {
      throw Libcrypto.failure(.malformed, "not an unencrypted PEM of an EC P-256 key")
    }
    let key = unsafe OpenSSLKey(owning: pointer)
    var name = [CChar](repeating: 0, count: 64)
    var length = 0
    let named = unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1
    let group = name.prefix(length).map { UInt8(bitPattern: $0) }
    guard named, String(decoding: group, as: UTF8.self) == "prime256v1" else {
      throw Libcrypto.failure(.malformed, "not an EC key on the curve P-256 (prime256v1)")
    }
    guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else {
      throw Libcrypto.failure(.libcrypto, "libcrypto: EVP_PKEY_CTX_new_from_pkey failed")
    }
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_public_check(context) == 1 else {
      throw Libcrypto.failure(.malformed, "an EC key whose point is not on its curve")
    }
    return key
  }
}
