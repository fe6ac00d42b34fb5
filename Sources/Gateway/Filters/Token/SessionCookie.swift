internal import HTTPWire

/// Finds the token in the session cookie, and who may send it there.
struct SessionCookie: Sendable {
  private let name: [UInt8]
  /// Whose pages may do more than read; empty for those of the host that is asked.
  private let origins: [[UInt8]]

  init(name: String, origins: [String]) {
    self.name = Array(name.utf8)
    self.origins = origins.map { Array($0.utf8) }
  }

  /// The cookie's value, without quotes (RFC 6265, section 4.1.1); nil when there is none.
  func find(_ fields: borrowing HeaderFields, in bytes: Span<UInt8>) throws(TokenRefusal) -> Range<Int>? {
    guard fields.contains(.cookie) else { return nil }
    var found: Range<Int>?
    for index in 0..<fields.count where fields[index].name == .cookie {
      var start = fields[index].valueRange.lowerBound
      let end = fields[index].valueRange.upperBound
      while start < end {
        let pairEnd = bytes.firstIndex(of: UInt8(ascii: ";"), in: start..<end) ?? end
        let pair = bytes.trimmed(start..<pairEnd)
        start = pairEnd + 1
        guard let value = value(of: pair, bytes) else { continue }
        // A page of a neighbouring host can plant a second one.
        guard found == nil else { throw .repeated }
        found = value
      }
    }
    return found
  }

  /// Whether the request may do more than read with a cookie that the browser adds by itself: it says that it
  /// comes from our own pages, and nothing in it says otherwise.
  func isSameOrigin(_ head: borrowing RequestHead, in bytes: Span<UInt8>) -> Bool {
    let site = head.fields.value(.secFetchSite)
    let origin = head.fields.value(.origin)
    if head.fields.isRepeated(.secFetchSite) || head.fields.isRepeated(.origin) { return false }
    if let site, !bytes.extracting(site).equals("same-origin") { return false }
    if let origin, !isOurs(origin, head, bytes) { return false }
    return site != nil || origin != nil
  }

  private func value(of pair: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int>? {
    guard pair.count > name.count, bytes[pair.lowerBound + name.count] == UInt8(ascii: "=") else {
      return nil
    }
    for offset in 0..<name.count where bytes[pair.lowerBound + offset] != name[offset] { return nil }
    let value = pair.lowerBound + name.count + 1..<pair.upperBound
    guard value.count >= 2, bytes[value.lowerBound] == UInt8(ascii: "\""),
      bytes[value.upperBound - 1] == UInt8(ascii: "\"")
    else { return value }
    return value.lowerBound + 1..<value.upperBound - 1
  }

  /// Compared with the list, or with the authority that was asked (RFC 6454, section 6.2), whose port may be
  /// written out or not.
  private func isOurs(
    _ origin: Range<Int>, _ head: borrowing RequestHead, _ bytes: Span<UInt8>
  ) -> Bool {
    guard origins.isEmpty else {
      return origins.contains { bytes.extracting(origin).equals($0.span) }
    }
    guard let asked = head.target.authority ?? head.host else { return false }
    let text = bytes.extracting(origin)
    for (scheme, length, port) in [
      ("https://" as StaticString, 8, ":443" as StaticString), ("http://", 7, ":80"),
    ]
    where text.hasPrefixIgnoringCase(scheme) {
      let own = without(port, origin.lowerBound + length..<origin.upperBound, bytes)
      return isEqual(own, without(port, asked, bytes), bytes)
    }
    return false
  }

  private func without(_ port: StaticString, _ authority: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int> {
    let length = port.utf8CodeUnitCount
    guard authority.count > length,
      bytes.extracting(authority.upperBound - length..<authority.upperBound).equals(port)
    else { return authority }
    return authority.lowerBound..<authority.upperBound - length
  }

  private func isEqual(_ left: Range<Int>, _ right: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    guard left.count == right.count, !left.isEmpty else { return false }
    for offset in 0..<left.count
    where bytes[left.lowerBound + offset].lowercasedASCII != bytes[right.lowerBound + offset].lowercasedASCII
    {
      return false
    }
    return true
  }
}
