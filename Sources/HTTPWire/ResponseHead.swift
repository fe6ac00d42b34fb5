/// A response head read in place, as ``RequestHead``.
package struct ResponseHead: ~Copyable {
  package private(set) var status = 0
  /// 0 or 1: HTTP/1.0 or HTTP/1.1.
  package private(set) var minorVersion = 1
  /// The reason phrase, perhaps empty.
  package private(set) var reason = 0..<0
  /// Where the status line ends, before its CR LF.
  package private(set) var statusLineEnd = 0
  /// The space behind the code is missing, which whoever writes the line must not leave out (RFC 9112, 4).
  package var lacksSpace: Bool { statusLineEnd == 12 }
  /// Bytes of the whole head with its empty line.
  package private(set) var length = 0
  package private(set) var fields: HeaderFields
  private let limits: HeadLimits

  package init(limits: HeadLimits = HeadLimits()) {
    self.limits = limits
    fields = HeaderFields(capacity: limits.fields)
  }

  /// Reads the head at the start of `bytes`; as ``RequestHead/parse(_:)``.
  package mutating func parse(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Bool {
    guard let fieldsStart = try parseStatusLine(bytes) else {
      if bytes.count > limits.startLine { throw .headTooLarge }
      return false
    }
    if fieldsStart > limits.startLine { throw .headTooLarge }
    guard let end = try fields.parse(bytes, from: fieldsStart, limits: limits) else { return false }
    length = end
    if fields.isChunked {
      if fields.contentLength != nil { throw .contentLengthWithTransferEncoding }
      if minorVersion == 0 || status < 200 || status == 204 { throw .invalidTransferEncoding }
    }
    return true
  }

  /// An interim response: another head follows (RFC 9110, 15.2). 101 is none.
  package var isInterim: Bool { status < 200 && status != 101 }

  /// The body that follows, given the request's method (RFC 9112, 6.3).
  package func framing(answering method: HTTPMethod) -> MessageFraming {
    if method == .head || status < 200 || status == 204 || status == 304 { return .none }
    if fields.isChunked { return .chunked }
    return fields.contentLength.map { $0 == 0 ? .none : .length($0) } ?? .untilClose
  }

  /// Whether the server lets the connection be used again, provided that the body has an end of its own.
  package var keepsAlive: Bool {
    if fields.connection.close { return false }
    return minorVersion == 1 || fields.connection.keepAlive
  }

  private mutating func parseStatusLine(_ bytes: Span<UInt8>) throws(HTTPWireError) -> Int? {
    guard let versionEnd = try VersionToken.read(bytes, at: 0, minor: &minorVersion, or: .malformedStatusLine)
    else { return nil }
    guard versionEnd &+ 4 < bytes.count else { return nil }
    guard bytes[versionEnd] == 0x20 else { throw .malformedStatusLine }
    status = 0
    for index in versionEnd &+ 1...versionEnd &+ 3 {
      guard isDigit(bytes[index]) else { throw .malformedStatusLine }
      status = status &* 10 &+ Int(bytes[index] &- 0x30)
    }
    guard (100...599).contains(status) else { throw .malformedStatusLine }
    var reasonStart = versionEnd &+ 4
    // The space is required even before an empty reason, but a server that leaves both out is clear enough.
    if bytes[reasonStart] == 0x20 {
      reasonStart &+= 1
    } else if bytes[reasonStart] != 0x0D {
      throw .malformedStatusLine
    }
    statusLineEnd = bytes.firstControlByte(from: reasonStart)
    reason = reasonStart..<statusLineEnd
    return try FieldLine.lineEnds(bytes, at: statusLineEnd) ? statusLineEnd &+ 2 : nil
  }
}
