/// `HTTP/1.0` or `HTTP/1.1` (RFC 9112, 2.3).
enum VersionToken {
  /// Reads it at `start`; the index after it, nil when it has not arrived whole.
  @inline(__always)
  static func read(
    _ bytes: Span<UInt8>, at start: Int, minor: inout Int, or malformed: HTTPWireError
  ) throws(HTTPWireError) -> Int? {
    guard start &+ 8 <= bytes.count else {
      try checkPrefix(bytes, at: start, or: malformed)
      return nil
    }
    guard bytes.equals("HTTP/", at: start..<start &+ 5), isDigit(bytes[start &+ 5]),
      bytes[start &+ 6] == UInt8(ascii: "."), isDigit(bytes[start &+ 7])
    else { throw malformed }
    minor = Int(bytes[start &+ 7] &- 0x30)
    guard bytes[start &+ 5] == UInt8(ascii: "1"), minor <= 1 else { throw .unsupportedVersion }
    return start &+ 8
  }

  private static func checkPrefix(
    _ bytes: Span<UInt8>, at start: Int, or malformed: HTTPWireError
  ) throws(HTTPWireError) {
    let name: StaticString = "HTTP/"
    for index in start..<max(start, min(bytes.count, start + 5)) {
      let expected = unsafe name.utf8Start[index - start]
      if bytes[index] != expected { throw malformed }
    }
  }
}
