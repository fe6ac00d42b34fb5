private import COpenSSL

/// The two forms of a P-256 signature: r and s as 64 bytes (JOSE), and DER (libcrypto).
enum ECDSASignature {
  static let maximumDERLength = 72

  /// DER of two integers (X.690 section 8.3), at most 72 bytes.
  static func der(raw: [UInt8]) -> [UInt8] {
    var der: [UInt8] = [0x30, 0]
    der.reserveCapacity(maximumDERLength)
    for integer in [raw[..<32], raw[32...]] {
      // Shortest form: no leading zeros, save one where the top bit would read as a sign.
      let digits = integer.drop { $0 == 0 }
      let pad = digits.first.map { $0 >= 0x80 } ?? true
      der.append(0x02)
      der.append(UInt8(digits.count + (pad ? 1 : 0)))
      if pad { der.append(0) }
      der.append(contentsOf: digits)
    }
    der[1] = UInt8(der.count - 2)
    return der
  }

  /// r and s of what EVP_PKEY_sign gave (d2i_ECDSA_SIG, BN_bn2binpad).
  static func raw(der: ArraySlice<UInt8>) throws(SecretsError) -> [UInt8] {
    let signature = unsafe der.withUnsafeBufferPointer { der in
      var start = der.baseAddress
      return unsafe d2i_ECDSA_SIG(nil, &start, der.count)
    }
    guard let signature = unsafe signature else {
      throw Libcrypto.failure(.libcrypto, "libcrypto: d2i_ECDSA_SIG failed")
    }
    defer { unsafe ECDSA_SIG_free(signature) }
    var raw = [UInt8](repeating: 0, count: 64)
    let written = unsafe raw.withUnsafeMutableBufferPointer { raw in
      unsafe BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw.baseAddress, 32)
        + BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw.baseAddress! + 32, 32)
    }
    guard written == 64 else { throw Libcrypto.failure(.libcrypto, "libcrypto: BN_bn2binpad failed") }
    return raw
  }
}
