/// Walks over the elements of a comma-separated list, trimmed, empty ones left out (RFC 9110, 5.6.1). Quoted
/// strings are not looked at: it is for lists of tokens.
struct ListElements {
  private var position: Int
  private let end: Int

  init(_ range: Range<Int>) {
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
    while position < end {
      var comma = position
      while comma < end, bytes[comma] != UInt8(ascii: ",") { comma &+= 1 }
      let element = bytes.trimmed(position..<comma)
      position = comma &+ 1
      if !element.isEmpty { return element }
    }
    return nil
  }
}
