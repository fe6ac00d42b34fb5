internal import COpenSSL

/// Unpredictable bytes and strings from libcrypto's generator (RAND_bytes), safe on every thread.
package enum SecureRandom {
  /// Letters and digits: safe in URLs, cookies, headers and file names; 5.95 bits a character.
  package static let base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

  /// `count` random bytes.
  package static func bytes(count: Int) -> [UInt8] {
    precondition(count >= 0 && count <= Int(Int32.max))
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let done = count == 0 ? 1 : unsafe RAND_bytes(buffer.baseAddress, Int32(count))
      // Going on with predictable bytes would be worse than stopping.
      precondition(done == 1, "RAND_bytes failed: the system has no entropy")
      filled = count
    }
  }

  /// `length` characters, each equally likely. The alphabet is 2 to 256 distinct ASCII characters.
  package static func string(length: Int, alphabet: String = base62) -> String {
    let letters = Array(alphabet.utf8)
    precondition((2...256).contains(letters.count) && letters.allSatisfy { $0 < 0x80 })
    // Bytes at or above the largest multiple of the alphabet's size are thrown away: `%` alone would favour
    // the first letters.
    let limit = 256 - 256 % letters.count
    var result: [UInt8] = []
    result.reserveCapacity(length)
    while result.count < length {
      for byte in bytes(count: (length - result.count) * 5 / 4 + 8) where Int(byte) < limit {
        result.append(letters[Int(byte) % letters.count])
        if result.count == length { break }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
