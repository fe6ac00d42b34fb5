import COpenSSL

/// Keys as other programs write them, made here so that no private key lies in the repository.
enum ForeignKeys {
  static func ec(curve: Int32) -> Key {
    let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    unsafe EVP_PKEY_keygen_init(context)
    unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, curve)
    return unsafe Key(generated(by: context))
  }

  static func rsa() -> Key {
    let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    unsafe EVP_PKEY_keygen_init(context)
    unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024)
    return unsafe Key(generated(by: context))
  }

  static func ed25519() -> Key {
    let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "ED25519", nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    unsafe EVP_PKEY_keygen_init(context)
    return unsafe Key(generated(by: context))
  }

  private static func generated(by context: OpaquePointer?) -> OpaquePointer? {
    var key: OpaquePointer?
    unsafe EVP_PKEY_generate(context, &key)
    return unsafe key
  }

  @safe final class Key {
    private let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) { unsafe self.pointer = pointer }
    deinit { unsafe EVP_PKEY_free(pointer) }

    var pkcs8: String {
      unsafe text { unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }
    var traditional: String {
      unsafe text { unsafe PEM_write_bio_PrivateKey_traditional($0, pointer, nil, nil, 0, nil, nil) }
    }
    var encrypted: String {
      unsafe text {
        var password = Array("x".utf8CString)
        return unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, EVP_aes_128_cbc(), &password, 1, nil, nil)
      }
    }
    var publicPEM: String { unsafe text { unsafe PEM_write_bio_PUBKEY($0, pointer) } }

    private func text(_ write: (OpaquePointer?) -> Int32) -> String {
      let bio = unsafe BIO_new(BIO_s_mem())
      defer { unsafe BIO_free(bio) }
      var buffer = [UInt8](repeating: 0, count: 8192)
      precondition(unsafe write(bio) == 1)
      let count = unsafe BIO_read(bio, &buffer, Int32(buffer.count))
      return String(decoding: buffer[..<Int(count)], as: UTF8.self)
    }
  }
}
