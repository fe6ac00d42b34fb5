/// Reads the fixed forms of ISO 8601: so many ASCII digits, then a separator.
struct DigitScanner {
  private var rest: ArraySlice<UInt8>

  /// Longer texts than any form here are not read to their end.
  init(_ text: some StringProtocol) {
    rest = Array(text.utf8.prefix(64))[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(digits: Int) -> Int? {
    let field = rest.prefix(digits)
    guard field.count == digits, field.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    rest = rest.dropFirst(digits)
    return field.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Takes the character when it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let byte = rest.first, UInt32(byte) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func skipDigits() -> Int {
    let digits = rest.prefix { 0x30...0x39 ~= $0 }
    rest = rest.dropFirst(digits.count)
    return digits.count
  }
}

extension [UInt8] {
  /// Two decimal digits; the number must be below 100.
  mutating func appendTwoDigits(_ number: Int) {
    append(UInt8(truncatingIfNeeded: 0x30 + number / 10))
    append(UInt8(truncatingIfNeeded: 0x30 + number % 10))
  }
}
