/// A request head read in place: the bytes stay where they are, this holds offsets into them and what the
/// gateway needs to know. One value is used for request after request of one event loop; what must outlive
/// the next `parse` is copied out.
package struct RequestHead: ~Copyable {
  package private(set) var method = HTTPMethod.other
  package private(set) var methodRange = 0..<0
  package private(set) var target = RequestTarget()
  /// 0 or 1: HTTP/1.0 or HTTP/1.1.
  package private(set) var minorVersion = 1
  /// Where the request line starts: after empty lines that a client may send before it (RFC 9112, 2.2).
  package private(set) var start = 0
  /// Where the request line ends, before its CR LF.
  package private(set) var requestLineEnd = 0
  /// Bytes of the whole head with its empty line, from 0.
  package private(set) var length = 0
  package private(set) var fields: HeaderFields
  /// The value of Host; nil in HTTP/1.0 without one.
  package private(set) var host: Range<Int>?
  /// How often an OPTIONS may still be forwarded; nil where nobody says so, and for other methods, to which it means
  /// nothing (RFC 9110, 7.6.2).
  package private(set) var maxForwards: Int?
  private let limits: HeadLimits

  package init(limits: HeadLimits = HeadLimits()) {
    self.limits = limits
    fields = HeaderFields(capacity: limits.fields)
  }

  /// Reads the head at the start of `bytes`. True when it is whole: `length` bytes. False when more bytes are
  /// needed; then call again with the same bytes and more (see ``HeadProgress``). Throws as soon as the bytes
  /// can be no acceptable head, whatever follows.
  package mutating func parse(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool {
    method = .other
    guard let fieldsStart = try parseRequestLine(bytes) else { return false }
    guard let end = try fields.parse(bytes, from: fieldsStart, limits: limits) else { return false }
    length = end
    try checkHost(bytes)
    try checkFraming()
    if let expect = fields.value(.expect) { try checkExpectation(bytes, expect) }
    maxForwards = nil
    if method == .options, let value = fields.value(.maxForwards) { try readMaxForwards(bytes, value) }
    return true
  }

  /// The body that follows.
  package var framing: MessageFraming {
    if fields.isChunked { return .chunked }
    return fields.contentLength.map { $0 == 0 ? .none : .length($0) } ?? .none
  }

  /// Whether the client wants to go on using the connection.
  package var keepsAlive: Bool {
    if fields.connection.close { return false }
    return minorVersion == 1 || fields.connection.keepAlive
  }

  /// The client waits for 100 before it sends the body. HTTP/1.0 clients cannot (RFC 9110, 10.1.1).
  package var expectsContinue: Bool {
    fields.contains(.expect) && minorVersion == 1 && framing != .none
  }

  private mutating func parseRequestLine(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Int? {
    guard let next = try readRequestLine(bytes) else {
      if bytes.count &- start > limits.startLine { throw .targetTooLong }
      return nil
    }
    if next &- start > limits.startLine { throw .targetTooLong }
    return next
  }

  private mutating func readRequestLine(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Int? {
    guard let lineStart = try skipEmptyLines(bytes) else { return nil }
    start = lineStart
    var index = start
    while index < bytes.count, ByteSet.token.contains(bytes[index]) { index &+= 1 }
    if index &- start > Self.methodLimit { throw .malformedRequestLine }
    guard index < bytes.count else { return nil }
    guard index > start, bytes[index] == 0x20 else {
      throw bytes[index] == 0x0A && index == start ? .bareLineFeed : .malformedRequestLine
    }
    methodRange = start..<index
    method = try HTTPMethod(bytes, methodRange)
    guard let targetEnd = try target.parse(bytes, from: index &+ 1, method: method) else { return nil }
    guard let lineEnd = try readVersion(bytes, from: targetEnd &+ 1) else { return nil }
    requestLineEnd = lineEnd
    return lineEnd &+ 2
  }

  /// Longer than any method there is.
  private static let methodLimit = 64

  private func skipEmptyLines(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Int? {
    var index = 0
    while index < bytes.count, bytes[index] == 0x0D {
      guard index &+ 1 < bytes.count else { return nil }
      guard bytes[index &+ 1] == 0x0A else { throw .bareCarriageReturn }
      index &+= 2
      if index > 8 { throw .malformedRequestLine }
    }
    return index < bytes.count ? index : nil
  }

  private mutating func readVersion(_ bytes: Span<UInt8>, from start: Int) throws(HTTPWireError) -> Int? {
    guard let end = try VersionToken.read(bytes, at: start, minor: &minorVersion, or: .malformedRequestLine)
    else { return nil }
    return try FieldLine.lineEnds(bytes, at: end, or: .malformedRequestLine) ? end : nil
  }

  /// Exactly one valid Host in 1.1, and an absolute target that agrees with it (RFC 9112, 3.2).
  private mutating func checkHost(_ bytes: Span<UInt8>) throws(HTTPWireError) {
    host = fields.value(.host)
    if fields.isRepeated(.host) { throw .repeatedHost }
    guard let host else {
      if minorVersion == 1 { throw .missingHost }
      return
    }
    guard Authority.isValid(bytes, host) else { throw .invalidHost }
    if let authority = target.authority {
      let port = target.isSecure ? 443 : 80
      guard Authority.areEqual(bytes, host, authority, defaultPort: port) else { throw .hostMismatch }
    }
  }

  private func checkFraming() throws(HTTPWireError) {
    guard fields.isChunked else { return }
    if fields.contentLength != nil { throw .contentLengthWithTransferEncoding }
    // A 1.0 sender cannot have meant it (RFC 9112, 6.1).
    if minorVersion == 0 { throw .invalidTransferEncoding }
  }

  /// One number; of a larger one than anybody can mean the most that we count to is left (RFC 9110, 7.6.2).
  private mutating func readMaxForwards(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPWireError) {
    guard !value.isEmpty, !fields.isRepeated(.maxForwards) else { throw .invalidMaxForwards }
    var number = 0
    for index in value {
      guard isDigit(bytes[index]) else { throw .invalidMaxForwards }
      number = min(number &* 10 &+ Int(bytes[index] &- 0x30), 1_000_000)
    }
    maxForwards = number
  }

  private func checkExpectation(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPWireError) {
    guard minorVersion == 1 else { return }
    guard bytes.equalsIgnoringCase("100-continue", at: value), !fields.isRepeated(.expect) else {
      throw .unsupportedExpectation
    }
  }
}
