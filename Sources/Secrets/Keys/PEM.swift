private import COpenSSL

/// PEM texts in and out through memory BIOs.
enum PEM {
  /// What a writer (PEM_write_bio_…) puts into a BIO.
  static func text(_ write: (OpaquePointer) -> Int32) throws(SecretsError) -> String {
    guard let bio = unsafe BIO_new(BIO_s_mem()) else {
      throw SecretsError(.libcrypto, "libcrypto: out of memory")
    }
    defer { unsafe BIO_free(bio) }
    try Libcrypto.check(unsafe write(bio), "PEM_write")
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe BIO_read(bio, &buffer, Int32(buffer.count))
    guard count > 0, count < buffer.count else {
      throw Libcrypto.failure(.libcrypto, "libcrypto: BIO_read failed")
    }
    return String(decoding: buffer[..<Int(count)], as: UTF8.self)
  }

  /// What a reader (PEM_read_bio_…) makes of a text; at most 64 KB.
  static func read(_ text: String, _ body: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 64 << 10 else { return nil }
    return unsafe bytes.withUnsafeBytes { bytes in
      guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
      defer { unsafe BIO_free(bio) }
      return unsafe body(bio)
    }
  }
}
