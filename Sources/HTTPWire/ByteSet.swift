/// A set of ASCII bytes as two words; no byte over 127 is ever in one.
struct ByteSet {
  let low: UInt64
  let high: UInt64

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    let word = byte < 64 ? low : (byte < 128 ? high : 0)
    return (word &>> UInt64(byte & 63)) & 1 != 0
  }
}

extension ByteSet {
  /// tchar of RFC 9110, 5.6.2.
  static var token: ByteSet { ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }
  /// What a path may hold besides percent-encoding: pchar and "/" (RFC 3986, 3.3).
  static var path: ByteSet { ByteSet(low: 0x2FFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }
  /// A query: the same with "?", and "[" "]", which browsers do not encode there and which nothing reads
  /// in two ways.
  static var query: ByteSet { ByteSet(low: 0xAFFF_FFD2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF) }
  /// reg-name besides percent-encoding: unreserved and sub-delims (RFC 3986, 3.2.2).
  static var regName: ByteSet { ByteSet(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

/// The value of a hexadecimal digit, or nil.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt8? {
  if isDigit(byte) { return byte &- 0x30 }
  let letter = (byte | 0x20) &- 0x61
  return letter < 6 ? letter &+ 10 : nil
}
