internal import COpenSSL

/// SHA-1 (FIPS 180-4), for protocols that ask for it. It protects nothing any more: the handshake of WebSockets
/// (RFC 6455) uses it to show that both sides mean the same protocol.
package enum SHA1 {
  package static let byteCount = 20

  /// The 20-byte digest of some bytes.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    unsafe bytes.withUnsafeBufferPointer { input in
      unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
        let done = unsafe EVP_Digest(
          input.baseAddress, input.count, output.baseAddress, nil, Libcrypto.sha1, nil)
        precondition(done == 1, "EVP_Digest(SHA1) failed")
        count = byteCount
      }
    }
  }
}
