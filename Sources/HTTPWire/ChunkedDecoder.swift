/// Reads the chunked coding (RFC 9112, 7.1) in place. It names the bytes that are data and the chunk
/// extensions that are not worth passing on; everything else may be passed through as it is. A state machine
/// kept whole.
package struct ChunkedDecoder: Sendable {
  package enum Event: Equatable, Sendable {
    /// Everything before `position` is dealt with; call again with the rest and more.
    case needsMore
    /// Bytes of the body.
    case data(Range<Int>)
    /// Chunk extensions, to be left out.
    case extensions(Range<Int>)
    /// The body is over, `position` is after it; the trailer fields, without the empty line.
    case end(trailers: Range<Int>)
  }

  private enum State: UInt8, Sendable {
    /// → size
    case start
    /// → beforeExtension | sizeEnd
    case size
    /// At the semicolon or white space before it → extensionStart
    case beforeExtension
    /// → extensionName
    case extensionStart
    /// → extensionStart | nameSpace | valueStart | sizeEnd
    case extensionName
    /// After white space behind a name → extensionStart | valueStart
    case nameSpace
    /// → value | quoted
    case valueStart
    /// → extensionStart | valueSpace | sizeEnd
    case value
    /// → afterQuoted | quotedPair
    case quoted
    /// → quoted
    case quotedPair
    /// → extensionStart | valueSpace | sizeEnd
    case afterQuoted
    /// After white space behind a value → extensionStart
    case valueSpace
    /// CR has been read → data | trailers
    case sizeEnd
    /// → dataEnd
    case data
    /// → dataLineFeed
    case dataEnd
    /// → start
    case dataLineFeed
    /// → finished
    case trailers
    case finished
  }

  /// Bytes of one chunk's extensions, and of all in a body.
  private static let lineLimit = 256
  private static let extensionLimit = 16_384
  private static let trailerLimit = 4_096

  private var state = State.start
  private var remaining = 0
  private var digits = 0
  private var lineBytes = 0
  private var extensionBytes = 0

  package init() {}

  /// Bytes of data that the chunk under way is still to bring.
  var remainingData: Int {
    if case .data = state { remaining } else { 0 }
  }

  /// Goes on at `position` of `bytes` and moves it forward, up to one event.
  package mutating func next(_ bytes: Span<UInt8>, at position: inout Int) throws(HTTPWireError) -> Event {
    while true {
      switch state {
      case .data:
        let length = min(remaining, bytes.count &- position)
        guard length > 0 else { return .needsMore }
        remaining &-= length
        position &+= length
        if remaining == 0 { state = .dataEnd }
        return .data(position &- length..<position)
      case .trailers: return try readTrailers(bytes, at: &position)
      case .finished: preconditionFailure("the body is over")
      case .start, .size, .sizeEnd, .dataEnd, .dataLineFeed:
        guard position < bytes.count else { return .needsMore }
        try readFraming(bytes[position], at: &position)
      default:
        guard position < bytes.count else { return .needsMore }
        return .extensions(try readExtensions(bytes, at: &position))
      }
    }
  }

  @inline(__always)
  private mutating func readFraming(_ byte: UInt8, at position: inout Int) throws(HTTPWireError) {
    switch state {
    case .start:
      guard let digit = hexValue(byte) else { throw .invalidChunkSize }
      remaining = Int(digit)
      digits = 1
      state = .size
    case .size: try readSize(byte, at: &position)
    case .sizeEnd:
      guard byte == 0x0A else { throw .bareCarriageReturn }
      state = remaining == 0 ? .trailers : .data
    case .dataEnd:
      guard byte == 0x0D else { throw .missingChunkEnd }
      state = .dataLineFeed
    default:
      guard byte == 0x0A else { throw .missingChunkEnd }
      state = .start
    }
    position &+= 1
  }

  @inline(__always)
  private mutating func readSize(_ byte: UInt8, at position: inout Int) throws(HTTPWireError) {
    if let digit = hexValue(byte) {
      digits &+= 1
      guard digits <= 15 else { throw .invalidChunkSize }
      remaining = remaining &<< 4 | Int(digit)
    } else if byte == 0x0D {
      state = .sizeEnd
    } else {
      guard byte != 0x0A else { throw .bareLineFeed }
      guard byte == UInt8(ascii: ";") || Self.isSpace(byte) else { throw .invalidChunkSize }
      state = .beforeExtension
      lineBytes = 0
      position &-= 1
    }
  }

  /// Reads extensions up to their CR, which stays, or the end of the bytes.
  private mutating func readExtensions(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(HTTPWireError) -> Range<Int> {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x0A { throw .bareLineFeed }
      if byte == 0x0D {
        guard state == .extensionName || state == .value || state == .afterQuoted else {
          throw state == .beforeExtension ? .invalidChunkSize : .invalidChunkExtension
        }
        state = .size
        break
      }
      guard byte == 0x09 || byte >= 0x20 && byte != 0x7F else { throw .invalidChunkExtension }
      state = try stateAfterExtension(byte)
      lineBytes += 1
      extensionBytes += 1
      if lineBytes > Self.lineLimit || extensionBytes > Self.extensionLimit { throw .chunkLineTooLong }
      position += 1
    }
    return start..<position
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// White space around names and values is bad but must be read (RFC 9112, 7.1.1; RFC 9110, 5.6.3); it is left out
  /// with the extension. Behind the last of them it has no place.
  private func stateAfterExtension(_ byte: UInt8) throws(HTTPWireError) -> State {
    let isToken = ByteSet.token.contains(byte)
    let isSpace = Self.isSpace(byte)
    switch state {
    case .beforeExtension where byte == UInt8(ascii: ";"): return .extensionStart
    case .beforeExtension where isSpace, .extensionStart where isSpace, .valueStart where isSpace:
      return state
    case .beforeExtension: throw .invalidChunkSize
    case .extensionStart where isToken, .extensionName where isToken: return .extensionName
    case .extensionName where isSpace, .nameSpace where isSpace: return .nameSpace
    case .value where isSpace, .afterQuoted where isSpace, .valueSpace where isSpace: return .valueSpace
    case .extensionName where byte == UInt8(ascii: "="), .nameSpace where byte == UInt8(ascii: "="):
      return .valueStart
    case .valueStart where byte == UInt8(ascii: "\""): return .quoted
    case .valueStart where isToken, .value where isToken: return .value
    case .quoted where byte == UInt8(ascii: "\""): return .afterQuoted
    case .quoted: return byte == UInt8(ascii: "\\") ? .quotedPair : .quoted
    case .quotedPair: return .quoted
    case .extensionName where byte == UInt8(ascii: ";"), .nameSpace where byte == UInt8(ascii: ";"),
      .value where byte == UInt8(ascii: ";"), .afterQuoted where byte == UInt8(ascii: ";"),
      .valueSpace where byte == UInt8(ascii: ";"):
      return .extensionStart
    default: throw .invalidChunkExtension
    }
  }

  /// Reads the trailer section once it is there whole.
  private mutating func readTrailers(
    _ bytes: Span<UInt8>, at position: inout Int
  ) throws(HTTPWireError) -> Event {
    var line = position
    while true {
      if line &- position > Self.trailerLimit { throw .trailersTooLarge }
      switch try FieldLine.read(bytes, at: line) {
      case .incomplete:
        if bytes.count &- position > Self.trailerLimit { throw .trailersTooLarge }
        return .needsMore
      case .field(let field, let next):
        guard field.name.isAllowedInTrailer, !bytes.isControl(field.nameRange) else {
          throw .forbiddenTrailer
        }
        line = next
      case .end(let next):
        let trailers = position..<next &- 2
        position = next
        state = .finished
        return .end(trailers: trailers)
      }
    }
  }
}

extension Span<UInt8> {
  /// Names beyond ``FieldName`` that describe, condition, route or authenticate the message (RFC 9110, 6.5.1). A
  /// digest of the content is what trailers are for (RFC 9530).
  fileprivate func isControl(_ name: Range<Int>) -> Bool {
    if begins("content-", name) { return !equalsIgnoringCase("content-digest", at: name) }
    return begins("if-", name) || begins("accept", name) || begins("access-control-", name)
      || begins("proxy-", name) || begins("sec-", name) || begins("x-api-", name) || begins("x-csrf-", name)
      || begins("www-authenticate", name) || begins("strict-transport", name)
      || begins("idempotency-", name)
  }

  private func begins(_ prefix: StaticString, _ name: Range<Int>) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return name.count >= length
      && equalsIgnoringCase(prefix, at: name.lowerBound..<name.lowerBound + length)
  }
}
