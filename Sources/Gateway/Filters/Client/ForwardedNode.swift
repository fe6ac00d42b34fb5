/// Reads one hop of a forwarding field: an address, perhaps with a port, as balancers write it.
enum ForwardedNode {
  /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`.
  static func address(_ bytes: Span<UInt8>, _ range: Range<Int>) -> ClientAddress? {
    guard let first = range.first else { return nil }
    if bytes[first] == UInt8(ascii: "[") { return bracketed(bytes, range) }
    if let address = ClientAddress(bytes, range) { return address }
    // An IPv6 address with a port but no brackets could be read in two ways, and was refused above.
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":"), in: range),
      isPort(bytes, colon + 1..<range.upperBound),
      let address = ClientAddress(bytes, range.lowerBound..<colon), address.isIPv4
    else { return nil }
    return address
  }

  /// The `for` of one element of `Forwarded` (RFC 7239, section 4); nil when it has none or several, or when
  /// the element is not well-formed.
  static func forwardedFor(_ bytes: Span<UInt8>, _ element: Range<Int>) -> ClientAddress? {
    parameter("for", bytes, element).flatMap { address(bytes, $0) }
  }

  /// The `proto` of one element (section 5.4), under the same conditions.
  static func proto(_ bytes: Span<UInt8>, _ element: Range<Int>) -> Range<Int>? {
    parameter("proto", bytes, element)
  }

  private static func parameter(
    _ name: StaticString, _ bytes: Span<UInt8>, _ element: Range<Int>
  ) -> Range<Int>? {
    var found: Range<Int>?
    var start = element.lowerBound
    while start < element.upperBound {
      let end = pairEnd(bytes, start..<element.upperBound)
      let pair = bytes.trimmed(start..<end)
      start = end + 1
      guard let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: pair) else { return nil }
      guard bytes.extracting(pair.lowerBound..<equals).equalsIgnoringCase(name) else { continue }
      guard found == nil else { return nil }
      found = equals + 1..<pair.upperBound
    }
    return found.map { unquoted(bytes, $0) }
  }

  /// Up to the next semicolon that is not in quotes.
  private static func pairEnd(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var isQuoted = false
    var index = range.lowerBound
    while index < range.upperBound {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\\"), isQuoted {
        index += 1
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: ";"), !isQuoted {
        return index
      }
      index += 1
    }
    return range.upperBound
  }

  private static func bracketed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> ClientAddress? {
    guard let close = bytes.firstIndex(of: UInt8(ascii: "]"), in: range) else { return nil }
    let rest = close + 1..<range.upperBound
    if !rest.isEmpty {
      guard bytes[rest.lowerBound] == UInt8(ascii: ":"), isPort(bytes, rest.dropFirst()) else { return nil }
    }
    let inner = range.lowerBound + 1..<close
    // Brackets are for IPv6, of which a mapped IPv4 address is one.
    guard bytes.firstIndex(of: UInt8(ascii: ":"), in: inner) != nil else { return nil }
    return ClientAddress(bytes, inner)
  }

  private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    (1...5).contains(range.count) && range.allSatisfy { bytes[$0].digitValue != nil }
  }

  private static func unquoted(_ bytes: Span<UInt8>, _ value: Range<Int>) -> Range<Int> {
    guard value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\""),
      bytes[value.upperBound - 1] == UInt8(ascii: "\"")
    else { return value }
    return value.lowerBound + 1..<value.upperBound - 1
  }
}
