/// Walks over the directives of a Cache-Control value: `name`, `name=token` or `name="quoted, text"`, with commas
/// between (RFC 9111, section 5.2). White space around the equals sign makes a name that nobody knows.
package struct DirectiveList {
  package struct Directive: Equatable {
    package let name: Range<Int>
    /// What follows the equals sign, without its quotes.
    package let value: Range<Int>?
    package let isQuoted: Bool
  }

  private var position: Int
  private let end: Int
  /// A quoted string was never closed: what it swallowed cannot be told from what it quoted.
  package private(set) var isUnclosed = false

  package init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  package mutating func next(in bytes: Span<UInt8>) -> Directive? {
    nextElement(in: bytes).map { Self.directive($0, in: bytes) }
  }

  /// The next element whole, trimmed; empty ones are left out.
  package mutating func nextElement(in bytes: Span<UInt8>) -> Range<Int>? {
    while position < end {
      let element = bytes.trimmed(advance(in: bytes))
      if !element.isEmpty { return element }
    }
    return nil
  }

  /// Up to the next comma that is not inside of a quoted string. A string that is never closed ends with the field.
  private mutating func advance(in bytes: Span<UInt8>) -> Range<Int> {
    let start = position
    var isQuoted = false
    var index = start
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), isQuoted {
        index += 1
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: ","), !isQuoted {
        break
      }
      index += 1
    }
    if isQuoted { isUnclosed = true }
    let stop = min(index, end)
    position = stop + 1
    return start..<stop
  }

  private static func directive(_ element: Range<Int>, in bytes: Span<UInt8>) -> Directive {
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: element) else {
      return Directive(name: element, value: nil, isQuoted: false)
    }
    let name = element.lowerBound..<equals
    let value = equals + 1..<element.upperBound
    guard value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\""),
      bytes[value.upperBound - 1] == UInt8(ascii: "\"")
    else { return Directive(name: name, value: value, isQuoted: false) }
    return Directive(name: name, value: value.lowerBound + 1..<value.upperBound - 1, isQuoted: true)
  }
}
