/// What a Range field asks for (RFC 9110, section 14).
package enum ByteRange: Sendable, Equatable {
  /// Not a range that we serve: another unit, several ranges, or not well-formed. The whole is sent.
  case whole
  case part(Range<Int>)
  /// Well-formed but outside of the file: 416.
  case unsatisfiable

  /// Reads `bytes=0-499`, `bytes=500-` or `bytes=-500` of a body of `length` bytes.
  package init(_ value: Range<Int>, in bytes: Span<UInt8>, length: Int) {
    guard bytes.extracting(value).hasPrefixIgnoringCase("bytes="),
      let dash = bytes.firstIndex(of: UInt8(ascii: "-"), in: value.lowerBound + 6..<value.upperBound)
    else {
      self = .whole
      return
    }
    let first = Self.number(bytes.trimmed(value.lowerBound + 6..<dash), in: bytes)
    let last = Self.number(bytes.trimmed(dash + 1..<value.upperBound), in: bytes)
    switch (first, last) {
    case (.none, .some(let suffix)):
      self = suffix == 0 || length == 0 ? .unsatisfiable : .part(max(0, length - suffix)..<length)
    case (.some(let first), .none):
      self = first < length ? .part(first..<length) : .unsatisfiable
    case (.some(let first), .some(let last)) where first <= last:
      self = first < length ? .part(first..<min(last + 1, length)) : .unsatisfiable
    default:
      self = .whole
    }
  }

  private enum Number {
    case none
    case some(Int)
    case malformed
  }

  private static func number(_ range: Range<Int>, in bytes: Span<UInt8>) -> Number {
    guard !range.isEmpty else { return .none }
    // A number of more digits is beyond any file.
    guard range.count <= 18 else {
      return range.allSatisfy { bytes[$0].digitValue != nil } ? .some(Int.max - 1) : .malformed
    }
    var value = 0
    for index in range {
      guard let digit = bytes[index].digitValue else { return .malformed }
      value = value * 10 + digit
    }
    return .some(value)
  }
}
