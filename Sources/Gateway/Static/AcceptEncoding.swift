/// What an Accept-Encoding field allows (RFC 9110, section 12.5.3), as weights in thousandths.
package struct AcceptEncoding: Sendable, Equatable {
  private var brotli: Int?
  private var gzip: Int?
  private var identity: Int?
  private var any: Int?

  /// Without the field everything is allowed, and plain bytes are the safe choice.
  package init() {
    identity = 1000
    any = 0
  }

  /// Reads the value of the field. An element that cannot be read is left out.
  package init(_ value: Range<Int>, in bytes: Span<UInt8>) {
    var start = value.lowerBound
    while start < value.upperBound {
      let end = bytes.firstIndex(of: UInt8(ascii: ","), in: start..<value.upperBound) ?? value.upperBound
      add(bytes.trimmed(start..<end), in: bytes)
      start = end + 1
    }
  }

  /// The best of `available`: the highest weight, at equal weight brotli before gzip before plain. Nil when the
  /// client refuses all of them.
  package func best(of available: (ContentCoding) -> Bool) -> ContentCoding? {
    var best: ContentCoding?
    var bestWeight = 0
    for coding in ContentCoding.allCases where available(coding) {
      let weight = weight(of: coding)
      if weight > bestWeight { (best, bestWeight) = (coding, weight) }
    }
    return best
  }

  private func weight(of coding: ContentCoding) -> Int {
    switch coding {
    case .brotli: brotli ?? any ?? 0
    case .gzip: gzip ?? any ?? 0
    // Plain bytes are acceptable until they are excluded; they come last when nothing is said of them.
    case .identity: identity ?? (any == 0 ? 0 : 1)
    }
  }

  private mutating func add(_ element: Range<Int>, in bytes: Span<UInt8>) {
    let semicolon = bytes.firstIndex(of: UInt8(ascii: ";"), in: element)
    let name = bytes.extracting(bytes.trimmed(element.lowerBound..<(semicolon ?? element.upperBound)))
    var weight = 1000
    if let semicolon {
      guard let given = Self.weight(bytes.trimmed(semicolon + 1..<element.upperBound), in: bytes) else {
        return
      }
      weight = given
    }
    if name.equalsIgnoringCase("br") {
      brotli = weight
    } else if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
      gzip = weight
    } else if name.equalsIgnoringCase("identity") {
      identity = weight
    } else if name.equals("*") {
      any = weight
    }
  }

  /// `q=0.5` in thousandths (RFC 9110, section 12.4.2).
  private static func weight(_ range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
    guard range.count >= 3, range.count <= 7, bytes[range.lowerBound].lowercasedASCII == UInt8(ascii: "q"),
      bytes[range.lowerBound + 1] == UInt8(ascii: "="), let whole = bytes[range.lowerBound + 2].digitValue,
      whole <= 1
    else { return nil }
    var weight = whole * 1000
    guard range.count > 3 else { return weight }
    guard bytes[range.lowerBound + 3] == UInt8(ascii: ".") else { return nil }
    var scale = 100
    for index in range.dropFirst(4) {
      guard let digit = bytes[index].digitValue else { return nil }
      weight += digit * scale
      scale /= 10
    }
    return weight <= 1000 ? weight : nil
  }
}
