internal import Glibc

/// Small comparisons on bytes in place. None of them allocates.
extension Span where Element == UInt8 {
  /// Whether these are exactly the bytes of `text`.
  package func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return hasPrefix(text)
  }

  /// Whether these begin with the bytes of `text`.
  package func hasPrefix(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where unsafe self[index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Whether these are the bytes of `text` when ASCII letters of either case count as the same.
  /// `text` is in lower case.
  package func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return hasPrefixIgnoringCase(text)
  }

  /// Whether these begin with `text`, ASCII letters of either case counting as the same.
  /// `text` is in lower case.
  package func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
    guard count >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where unsafe self[index].lowercasedASCII != text.utf8Start[index]
    {
      return false
    }
    return true
  }

  /// Whether these equal `other`, byte for byte.
  package func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard count > 0 else { return true }
    return unsafe withUnsafeBytes { mine in
      unsafe other.withUnsafeBytes { theirs in
        unsafe memcmp(mine.baseAddress!, theirs.baseAddress!, mine.count) == 0
      }
    }
  }

  /// A copy as text, for messages and configuration, never on the ordinary path. Bytes that are not UTF-8
  /// become U+FFFD.
  package var text: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of the bytes.
  package var bytes: [UInt8] {
    unsafe withUnsafeBufferPointer { unsafe Array($0) }
  }

  /// The bytes of `range` with percent-encodings resolved (RFC 3986, section 2.1); what is none stays as it is.
  package func percentDecoded(_ range: Range<Int>) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      if self[index] == UInt8(ascii: "%"), index + 2 < range.upperBound, let high = self[index + 1].hexValue,
        let low = self[index + 2].hexValue
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(self[index])
        index += 1
      }
    }
    return decoded
  }

  /// `range` without spaces and tabs at either end.
  package func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  /// The place of the first `byte` in `range`.
  package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    for index in range where self[index] == byte {
      return index
    }
    return nil
  }
}

extension UInt8 {
  /// ASCII letters in lower case, everything else unchanged.
  package var lowercasedASCII: UInt8 {
    self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
  }

  /// A space or a tab: OWS of RFC 9110, section 5.6.3.
  package var isBlank: Bool {
    self == UInt8(ascii: " ") || self == UInt8(ascii: "\t")
  }

  /// The value of a hexadecimal digit.
  package var hexValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The value of a decimal digit.
  package var digitValue: Int? {
    self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? Int(self - UInt8(ascii: "0")) : nil
  }
}
