/// `HTTP/1.` and a digit (RFC 9112, 2.3).
enum VersionToken {
  /// Reads it at `start`; the index after it, nil when it has not arrived whole. A minor version that is not known yet
  /// is read as the highest that is, 1 (RFC 9110, 2.5).
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
    guard bytes[start &+ 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
    minor = bytes[start &+ 7] == UInt8(ascii: "0") ? 0 : 1
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
