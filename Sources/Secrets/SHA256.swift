internal import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
  package static let byteCount = 32

  /// The 32-byte digest of some bytes.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    hash(bytes.span)
  }

  /// The 32-byte digest of the UTF-8 of a string.
  package static func hash(_ string: String) -> [UInt8] {
    hash(Array(string.utf8))
  }

  /// The 32-byte digest of bytes in place.
  package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
        let done = unsafe EVP_Digest(
          input.baseAddress, input.count, output.baseAddress, nil, Libcrypto.sha256, nil)
        precondition(done == 1, "EVP_Digest(SHA256) failed")
        count = byteCount
      }
    }
  }
}
