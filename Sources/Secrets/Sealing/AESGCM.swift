private import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) through EVP_CIPHER_CTX, one context per call.
enum AESGCM {
  static let nonceLength = 12
  static let tagLength = 16

  /// The ciphertext followed by its tag.
  static func seal(
    _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], additional: [UInt8]
  ) throws(SecretsError) -> [UInt8] {
    let context = try unsafe Self.context()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var output = [UInt8](repeating: 0, count: plaintext.count + tagLength)
    var written: Int32 = 0
    try Libcrypto.check(
      unsafe EVP_EncryptInit_ex2(context, Libcrypto.aes256GCM, key, nonce, nil), "EVP_EncryptInit_ex2")
    try Libcrypto.check(
      unsafe EVP_EncryptUpdate(context, nil, &written, additional, Int32(additional.count)),
      "EVP_EncryptUpdate")
    try Libcrypto.check(
      unsafe EVP_EncryptUpdate(context, &output, &written, plaintext, Int32(plaintext.count)),
      "EVP_EncryptUpdate")
    let (finished, tagged) = unsafe output.withUnsafeMutableBytes { output in
      let tag = unsafe output.baseAddress! + plaintext.count
      // GCM has no padding: the final call writes nothing.
      let finished = unsafe EVP_EncryptFinal_ex(context, tag.assumingMemoryBound(to: UInt8.self), &written)
      return unsafe (
        finished, EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagLength), tag)
      )
    }
    try Libcrypto.check(finished, "EVP_EncryptFinal_ex")
    try Libcrypto.check(tagged, "EVP_CTRL_AEAD_GET_TAG")
    return output
  }

  /// The plaintext of what `seal` gave; `.notAuthentic` when the tag does not fit.
  static func open(
    _ sealed: [UInt8], key: [UInt8], nonce: [UInt8], additional: [UInt8]
  ) throws(SecretsError) -> [UInt8] {
    let context = try unsafe Self.context()
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    let length = sealed.count - tagLength
    var tag = Array(sealed[length...])
    var output = [UInt8](repeating: 0, count: max(length, 1))
    var written: Int32 = 0
    try Libcrypto.check(
      unsafe EVP_DecryptInit_ex2(context, Libcrypto.aes256GCM, key, nonce, nil), "EVP_DecryptInit_ex2")
    try Libcrypto.check(
      unsafe EVP_DecryptUpdate(context, nil, &written, additional, Int32(additional.count)),
      "EVP_DecryptUpdate")
    try Libcrypto.check(
      unsafe EVP_DecryptUpdate(context, &output, &written, sealed, Int32(length)), "EVP_DecryptUpdate")
    try Libcrypto.check(
      unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagLength), &tag),
      "EVP_CTRL_AEAD_SET_TAG")
    var nothing: UInt8 = 0
    guard unsafe EVP_DecryptFinal_ex(context, &nothing, &written) == 1 else {
      throw Libcrypto.failure(.notAuthentic, "a sealed value does not open: altered, or of another context")
    }
    return Array(output[..<length])
  }

  private static func context() throws(SecretsError) -> OpaquePointer {
    guard let context = unsafe EVP_CIPHER_CTX_new() else {
      throw SecretsError(.libcrypto, "libcrypto: out of memory")
    }
    return unsafe context
  }
}
