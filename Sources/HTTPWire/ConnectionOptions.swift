/// What the Connection field says (RFC 9110, 7.6.1).
package struct ConnectionOptions: Sendable {
  package private(set) var close = false
  package private(set) var keepAlive = false
  package private(set) var upgrade = false
  /// Names something beyond the three above: perhaps fields that are of this connection only.
  private(set) var hasNominations = false

  mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPWireError) {
    if bytes.equalsIgnoringCase("keep-alive", at: range) {
      keepAlive = true
      return
    }
    var options = ListElements(range)
    while let option = options.next(in: bytes) {
      for index in option where !ByteSet.token.contains(bytes[index]) { throw .invalidConnectionOption }
      if bytes.equalsIgnoringCase("close", at: option) {
        close = true
      } else if bytes.equalsIgnoringCase("keep-alive", at: option) {
        keepAlive = true
      } else if bytes.equalsIgnoringCase("upgrade", at: option) {
        upgrade = true
      } else {
        hasNominations = true
      }
    }
  }

  static func isKnown(_ bytes: Span<UInt8>, _ option: Range<Int>) -> Bool {
    bytes.equalsIgnoringCase("close", at: option) || bytes.equalsIgnoringCase("keep-alive", at: option)
      || bytes.equalsIgnoringCase("upgrade", at: option)
  }
}
