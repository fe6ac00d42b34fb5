internal import COpenSSL

/// Keyed hashing (RFC 2104).
package enum HMAC {
  /// The 32-byte HMAC-SHA256 of a message. Compare with `constantTimeEqual`.
  package static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    // HMAC() takes a nil key for "the key of before"; an empty array's base address may be nil.
    let key = key.isEmpty ? [0] : key
    return unsafe key.withUnsafeBytes { key in
      unsafe message.withUnsafeBufferPointer { message in
        unsafe [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { output, count in
          let done = unsafe COpenSSL.HMAC(
            Libcrypto.sha256, key.baseAddress, Int32(key.count), message.baseAddress, message.count,
            output.baseAddress, nil)
          precondition(unsafe done != nil, "HMAC(SHA256) failed")
          count = SHA256.byteCount
        }
      }
    }
  }

  /// The same over the UTF-8 of two strings.
  package static func sha256(key: String, _ message: String) -> [UInt8] {
    sha256(key: Array(key.utf8), Array(message.utf8))
  }
}
