/// The header by which a balancer says for whom it opened a connection (the PROXY protocol, versions 1 and 2, of
/// HAProxy's doc/proxy-protocol.txt). Read strictly, and nothing of it is believed but the client's address.
package enum ProxyProtocolHeader {
  package enum Reading: Equatable, Sendable {
    case needsMore
    /// The header takes `length` bytes. The client is nil when the balancer speaks for itself (LOCAL), or for
    /// something that has no address (UNKNOWN, UNSPEC).
    case whole(length: Int, client: ClientAddress?)
  }

  /// The bytes cannot become a header that is acceptable here.
  package struct Malformed: Error, Equatable {
    package init() {}
  }

  /// Version 1 is one line of at most this, CR LF included.
  private static let lineLimit = 107
  /// Version 2 may bring up to 64 KiB of further facts; nobody sends as much as this.
  private static let factsLimit = 4_096
  private static let signature: [UInt8] = [
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
  ]

  /// Reads the header at the start of `bytes`.
  package static func read(_ bytes: Span<UInt8>) throws(Malformed) -> Reading {
    guard !bytes.isEmpty else { return .needsMore }
    return bytes[0] == signature[0] ? try binary(bytes) : try line(bytes)
  }

  // MARK: Version 1

  private static func line(_ bytes: Span<UInt8>) throws(Malformed) -> Reading {
    let limit = min(bytes.count, lineLimit)
    guard let feed = bytes.firstIndex(of: 0x0A, in: 0..<limit) else {
      guard bytes.count < lineLimit, isStart(bytes) else { throw Malformed() }
      return .needsMore
    }
    guard feed > 0, bytes[feed - 1] == 0x0D else { throw Malformed() }
    let words = words(bytes, feed - 1)
    guard words.count >= 2, bytes.extracting(words[0]).equals("PROXY") else { throw Malformed() }
    if bytes.extracting(words[1]).equals("UNKNOWN") { return .whole(length: feed + 1, client: nil) }
    guard words.count == 6, isPort(bytes, words[4]), isPort(bytes, words[5]),
      let source = ClientAddress(bytes, words[2]), let destination = ClientAddress(bytes, words[3])
    else { throw Malformed() }
    let isFour = bytes.extracting(words[1]).equals("TCP4")
    guard isFour || bytes.extracting(words[1]).equals("TCP6") else { throw Malformed() }
    guard isFour == isDotted(bytes, words[2]), isFour == isDotted(bytes, words[3]) else { throw Malformed() }
    _ = destination
    return .whole(length: feed + 1, client: source)
  }

  /// Whether more bytes may make a line of it.
  private static func isStart(_ bytes: Span<UInt8>) -> Bool {
    let word: [UInt8] = [0x50, 0x52, 0x4F, 0x58, 0x59, 0x20]
    for index in 0..<min(word.count, bytes.count) where bytes[index] != word[index] { return false }
    return true
  }

  /// Separated by one space each; an empty word is no word of any header.
  private static func words(_ bytes: Span<UInt8>, _ end: Int) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start = 0
    for index in 0...end where index == end || bytes[index] == 0x20 {
      words.append(start..<index)
      start = index + 1
    }
    return words
  }

  private static func isDotted(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    bytes.firstIndex(of: UInt8(ascii: ":"), in: range) == nil
  }

  private static func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard (1...5).contains(range.count), range.count == 1 || bytes[range.lowerBound] != 0x30 else {
      return false
    }
    var port = 0
    for index in range {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return false }
      port = port * 10 + Int(digit)
    }
    return port <= 65_535
  }

  // MARK: Version 2

  private static func binary(_ bytes: Span<UInt8>) throws(Malformed) -> Reading {
    for index in 0..<min(bytes.count, signature.count) where bytes[index] != signature[index] {
      throw Malformed()
    }
    guard bytes.count >= 16 else { return .needsMore }
    let isLocal = bytes[12] == 0x20
    guard isLocal || bytes[12] == 0x21 else { throw Malformed() }
    let length = Int(bytes[14]) << 8 | Int(bytes[15])
    guard length <= factsLimit else { throw Malformed() }
    let client: ClientAddress?
    switch (isLocal, bytes[13]) {
    case (true, _), (false, 0x00), (false, 0x31): client = nil
    case (false, 0x11):
      guard length >= 12 else { throw Malformed() }
      guard bytes.count >= 20 else { return .needsMore }
      client = ClientAddress(ipv4: UInt32(truncatingIfNeeded: number(bytes, at: 16, count: 4)))
    case (false, 0x21):
      guard length >= 36 else { throw Malformed() }
      guard bytes.count >= 32 else { return .needsMore }
      client = ClientAddress(high: number(bytes, at: 16, count: 8), low: number(bytes, at: 24, count: 8))
    default: throw Malformed()
    }
    guard bytes.count >= 16 + length else { return .needsMore }
    return .whole(length: 16 + length, client: client)
  }

  private static func number(_ bytes: Span<UInt8>, at start: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in start..<start + count { value = value << 8 | UInt64(bytes[index]) }
    return value
  }
}
