/// The elements of Cache-Tag and Surrogate-Key: words between commas or spaces.
enum CacheTags {
  static func forEach(_ value: Range<Int>, in bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Void) {
    var start = value.lowerBound
    while start < value.upperBound {
      var end = start
      while end < value.upperBound, bytes[end] != UInt8(ascii: ","), !bytes[end].isBlank { end += 1 }
      if end > start { body(bytes.extracting(start..<end)) }
      start = end + 1
    }
  }
}
