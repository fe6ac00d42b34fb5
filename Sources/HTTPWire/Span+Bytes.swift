extension Span<UInt8> {
  /// Whether the bytes in `range` are exactly `text`, which must be of that length.
  @inline(__always)
  func equals(_ text: StaticString, at range: Range<Int>) -> Bool {
    var index = 0
    while index < text.utf8CodeUnitCount {
      let expected = unsafe text.utf8Start[index]
      if self[range.lowerBound &+ index] != expected { return false }
      index &+= 1
    }
    return true
  }

  /// The same without regard to the case of ASCII letters; `text` is in lower case. Both sides are tokens,
  /// in which a set 0x20 bit tells nothing but the case.
  @inline(__always)
  package func equalsIgnoringCase(_ text: StaticString, at range: Range<Int>) -> Bool {
    let length = text.utf8CodeUnitCount
    guard range.count == length else { return false }
    let start = range.lowerBound
    if length >= 8 {
      let own = unsafe bytes
      var index = 0
      while index &+ 8 < length {
        let expected = unsafe word(text, at: index)
        if own.lowercasedWord(at: start &+ index) != expected { return false }
        index &+= 8
      }
      let expected = unsafe word(text, at: length &- 8)
      return own.lowercasedWord(at: start &+ length &- 8) == expected
    }
    var index = 0
    while index < length {
      let expected = unsafe text.utf8Start[index]
      if self[start &+ index] | 0x20 != expected | 0x20 { return false }
      index &+= 1
    }
    return true
  }

  /// Whether two ranges hold the same bytes but for the case of ASCII letters.
  func equalsIgnoringCase(_ other: Range<Int>, at range: Range<Int>) -> Bool {
    guard other.count == range.count else { return false }
    for offset in 0..<other.count {
      let left = lowercased(self[other.lowerBound + offset])
      let right = lowercased(self[range.lowerBound + offset])
      if left != right { return false }
    }
    return true
  }

  /// `range` without spaces and tabs at both ends.
  @inline(__always)
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start &+= 1 }
    while end > start, self[end &- 1] == 0x20 || self[end &- 1] == 0x09 { end &-= 1 }
    return start..<end
  }

  /// The index of the first control byte (other than tab) or DEL at or after `start`; `count` when none.
  /// Eight bytes at a time: the subtraction borrows only above a byte that already matched, so the lowest
  /// set bit is always right.
  @inline(__always)
  func firstControlByte(from start: Int) -> Int {
    let own = unsafe bytes
    var index = start
    while true {
      while index &+ 8 <= count {
        let word = UInt64(
          littleEndian: unsafe own.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
        let low = (word &- 0x2020_2020_2020_2020) & ~word
        let flipped = word ^ 0x7F7F_7F7F_7F7F_7F7F
        let delete = (flipped &- 0x0101_0101_0101_0101) & ~flipped
        let found = (low | delete) & 0x8080_8080_8080_8080
        if found != 0 {
          index &+= found.trailingZeroBitCount &>> 3
          break
        }
        index &+= 8
      }
      while index < count {
        let byte = self[index]
        if byte < 0x20 || byte == 0x7F { break }
        index &+= 1
      }
      guard index < count, self[index] == 0x09 else { return index }
      index &+= 1
    }
  }
}

extension RawSpan {
  @inline(__always)
  fileprivate func lowercasedWord(at offset: Int) -> UInt64 {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) | 0x2020_2020_2020_2020
  }
}

@inline(__always)
@unsafe
private func word(_ text: StaticString, at offset: Int) -> UInt64 {
  unsafe UnsafeRawPointer(text.utf8Start).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    | 0x2020_2020_2020_2020
}

/// The byte with an upper-case ASCII letter made lower.
@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
