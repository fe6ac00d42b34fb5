/// Writing a request's fields as an HTTP/1.1 head, which the strict parser then reads: so there is one policy for both
/// protocols, and what could mean something else in HTTP/1.1 never gets through (RFC 9113, 10.3).
extension HTTP2FieldList {
  /// The most that ``writeRequest(endsStream:into:)`` writes.
  package var requestBound: Int { memoryInUse &+ 4 &* count &+ 96 }

  /// The most that ``writeTrailers(into:)`` writes.
  package var trailerBound: Int { memoryInUse &+ 4 &* count &+ 2 }

  /// The request is HEAD, as far as its fields are kept: an answer to it must have no body.
  package var isHead: Bool {
    let bytes = memory.span
    for field in fields.prefix(4) where bytes.extracting(field.nameRange).equals(":method") {
      return bytes.extracting(field.valueRange).equals("HEAD")
    }
    return false
  }

  /// The request is for an https resource; asked once its fields have been found to be right.
  package var namesHTTPS: Bool {
    let bytes = memory.span
    for field in fields.prefix(4) where bytes.extracting(field.nameRange).equals(":scheme") {
      return bytes.extracting(field.valueRange).equals("https")
    }
    return false
  }

  /// Writes the head with its empty line. A body without a Content-Length becomes a chunked one.
  ///
  /// - Returns: what Content-Length says; nil without one.
  package borrowing func writeRequest(
    endsStream: Bool, into writer: inout ByteWriter
  ) throws(HTTP2FieldError) -> Int? {
    if let overflow { throw .refused(overflow) }
    let bytes = memory.span
    var head = PseudoFields()
    var index = 0
    while index < fields.count, isPseudo(fields[index], bytes) {
      try head.take(fields[index], bytes)
      index &+= 1
    }
    try head.writeRequestLine(of: bytes, into: &writer)
    var length: Int?
    var hasCookie = false
    var hasHost = false
    while index < fields.count {
      let field = fields[index]
      index &+= 1
      switch try checked(field, bytes) {
      case .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade: throw .malformed
      case .te:
        guard bytes.extracting(field.valueRange).equals("trailers") else { throw .malformed }
        continue
      case .cookie:
        hasCookie = true
        continue
      case .host where head.authority != nil:
        guard !hasHost, head.isAuthority(field.valueRange, bytes) else { throw .malformed }
        hasHost = true
        continue
      case .contentLength:
        guard length == nil else { throw .malformed }
        length = try Self.number(bytes, field.valueRange)
      default: break
      }
      Self.writeLine(field, of: bytes, into: &writer)
    }
    if hasCookie { writeCookies(of: bytes, into: &writer) }
    if length == nil, !endsStream { writer.append("transfer-encoding: chunked\r\n") }
    writer.append("\r\n")
    return length
  }

  /// Writes a trailer section as the lines that follow the last chunk, without the empty line.
  package borrowing func writeTrailers(into writer: inout ByteWriter) throws(HTTP2FieldError) {
    if let overflow { throw .refused(overflow) }
    let bytes = memory.span
    for field in fields {
      let name = try checked(field, bytes)
      guard name.isAllowedInTrailer, !Self.describesContent(field, bytes) else {
        throw .refused(.forbiddenTrailer)
      }
      Self.writeLine(field, of: bytes, into: &writer)
    }
  }

  /// Names that begin with "content-" describe the message.
  private static func describesContent(_ field: HTTP2Field, _ bytes: Span<UInt8>) -> Bool {
    field.nameLength >= 8 && bytes.equals("content-", at: field.start..<field.start &+ 8)
  }

  private func isPseudo(_ field: HTTP2Field, _ bytes: Span<UInt8>) -> Bool {
    field.nameLength > 0 && bytes[field.start] == UInt8(ascii: ":")
  }

  /// A field's name, once both are what HTTP/2 allows (RFC 9113, 8.2.1): the name a token in lower case, which a
  /// pseudo-header field's is not, the value without control bytes and without white space at its ends.
  private func checked(_ field: HTTP2Field, _ bytes: Span<UInt8>) throws(HTTP2FieldError) -> FieldName {
    guard field.nameLength > 0 else { throw .malformed }
    for index in field.nameRange where !ByteSet.lowerToken.contains(bytes[index]) { throw .malformed }
    try Self.check(field.valueRange, bytes)
    return FieldName(bytes, field.nameRange)
  }

  fileprivate static func check(_ value: Range<Int>, _ bytes: Span<UInt8>) throws(HTTP2FieldError) {
    let own = bytes.extracting(value)
    guard own.firstControlByte(from: 0) == own.count else { throw .malformed }
    guard !own.isEmpty else { return }
    guard own[0] != 0x20, own[0] != 0x09 else { throw .malformed }
    let last = own[own.count &- 1]
    guard last != 0x20, last != 0x09 else { throw .malformed }
  }

  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTP2FieldError) -> Int {
    guard !range.isEmpty, range.count <= 18 else { throw .malformed }
    var value = 0
    for index in range {
      guard isDigit(bytes[index]) else { throw .malformed }
      value = value &* 10 &+ Int(bytes[index] &- 0x30)
    }
    return value
  }

  @inline(__always)
  private static func writeLine(_ field: HTTP2Field, of bytes: Span<UInt8>, into writer: inout ByteWriter) {
    writer.append(bytes.extracting(field.nameRange))
    writer.append(": ")
    writer.append(bytes.extracting(field.valueRange))
    writer.append("\r\n")
  }

  /// The pieces in which a client may send it become one field again (RFC 9113, 8.2.3).
  private borrowing func writeCookies(of bytes: Span<UInt8>, into writer: inout ByteWriter) {
    var isFirst = true
    for field in fields where FieldName(bytes, field.nameRange) == .cookie {
      if isFirst { writer.append("cookie: ") } else { writer.append("; ") }
      isFirst = false
      writer.append(bytes.extracting(field.valueRange))
    }
    writer.append("\r\n")
  }
}

/// What HTTP/1.1 has in its request line (RFC 9113, 8.3.1).
private struct PseudoFields {
  private var method: Range<Int>?
  private var scheme: Range<Int>?
  private var path: Range<Int>?
  fileprivate var authority: Range<Int>?

  mutating func take(_ field: HTTP2Field, _ bytes: Span<UInt8>) throws(HTTP2FieldError) {
    let name = bytes.extracting(field.nameRange)
    try HTTP2FieldList.check(field.valueRange, bytes)
    if name.equals(":method") {
      try Self.set(&method, field)
    } else if name.equals(":path") {
      try Self.set(&path, field)
    } else if name.equals(":scheme") {
      try Self.set(&scheme, field)
    } else if name.equals(":authority") {
      try Self.set(&authority, field)
    } else {
      throw .malformed
    }
  }

  private static func set(_ range: inout Range<Int>?, _ field: HTTP2Field) throws(HTTP2FieldError) {
    guard range == nil else { throw .malformed }
    range = field.valueRange
  }

  /// Whether Host says the same, the port of the scheme written out or not (RFC 9113, 8.3.1).
  func isAuthority(_ host: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
    guard let authority, let scheme else { return false }
    return bytes.equalsIgnoringCase(host, at: authority)
      || Authority.areEqual(
        bytes, host, authority, defaultPort: bytes.extracting(scheme).equals("https") ? 443 : 80)
  }

  func writeRequestLine(of bytes: Span<UInt8>, into writer: inout ByteWriter) throws(HTTP2FieldError) {
    guard let method, !method.isEmpty else { throw .malformed }
    for index in method where !ByteSet.token.contains(bytes[index]) { throw .malformed }
    if bytes.extracting(method).equals("CONNECT") {
      guard path == nil, scheme == nil, authority != nil else { throw .malformed }
      throw .refused(.methodNotSupported)
    }
    guard let scheme, let path, !path.isEmpty else { throw .malformed }
    let name = bytes.extracting(scheme)
    guard name.equals("http") || name.equals("https") else { throw .malformed }
    // Whatever else HTTP/1.1 would take for a target.
    guard bytes[path.lowerBound] == UInt8(ascii: "/") || bytes.extracting(path).equals("*") else {
      throw .malformed
    }
    for index in path where bytes[index] <= 0x20 { throw .malformed }
    writer.append(bytes.extracting(method))
    writer.append(" ")
    writer.append(bytes.extracting(path))
    writer.append(" HTTP/1.1\r\n")
    guard let authority else { return }
    writer.append("host: ")
    writer.append(bytes.extracting(authority))
    writer.append("\r\n")
  }
}

extension ByteSet {
  /// tchar without capital letters (RFC 9113, 8.2.1).
  static var lowerToken: ByteSet { ByteSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C000_0000) }
}

extension Span<UInt8> {
  @inline(__always)
  fileprivate func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && equals(text, at: 0..<count)
  }
}
