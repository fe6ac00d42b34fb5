internal import COpenSSL

/// Whether two byte strings are equal, in a time that depends on their lengths only (CRYPTO_memcmp).
///
/// Different lengths are unequal at once: lengths are not secret here.
package func constantTimeEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
  guard first.count == second.count else { return false }
  return unsafe first.withUnsafeBytes { first in
    unsafe second.withUnsafeBytes { second in
      unsafe CRYPTO_memcmp(first.baseAddress, second.baseAddress, first.count) == 0
    }
  }
}

/// The same over the UTF-8 bytes of two strings.
package func constantTimeEqual(_ first: String, _ second: String) -> Bool {
  constantTimeEqual(Array(first.utf8), Array(second.utf8))
}
