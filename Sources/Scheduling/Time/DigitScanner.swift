/// Reads the fixed forms of ISO 8601: so many ASCII digits, then a separator.
struct DigitScanner {
  /// In place, for one is made for each text of a request.
  private var bytes = InlineArray<64, UInt8>(repeating: 0)
  private var end = 0
  private var position = 0

  /// Longer texts than any form here are not read to their end.
  init(_ text: some StringProtocol) {
    // Nearly every text lies in one piece; to go through it as a collection costs thirty times as much.
    let isTaken: Void? = text.utf8.withContiguousStorageIfAvailable { unsafe take($0) }
    if isTaken == nil { for byte in text.utf8.prefix(64) { take(byte) } }
  }

  private mutating func take(_ text: UnsafeBufferPointer<UInt8>) {
    for index in 0..<min(64, text.count) { take(unsafe text[index]) }
  }

  private mutating func take(_ byte: UInt8) {
    bytes[end] = byte
    end += 1
  }

  var isAtEnd: Bool { position == end }

  mutating func number(digits: Int) -> Int? {
    guard end - position >= digits else { return nil }
    var number = 0
    for index in position..<position + digits {
      guard 0x30...0x39 ~= bytes[index] else { return nil }
      number = number * 10 + Int(bytes[index] - 0x30)
    }
    position += digits
    return number
  }

  /// Takes the character when it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < end, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func skipDigits() -> Int {
    let start = position
    while position < end, 0x30...0x39 ~= bytes[position] { position += 1 }
    return position - start
  }
}

extension [UInt8] {
  /// Two decimal digits; the number must be below 100.
  mutating func appendTwoDigits(_ number: Int) {
    append(UInt8(truncatingIfNeeded: 0x30 + number / 10))
    append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
  }
}
