import NIOCore

/// Cuts a stream of server-sent events where events end, so that who joins or leaves in the middle has whole ones
/// only. Bounded: an event that is too long is a broken stream.
struct EventBlocks {
  struct Block: Equatable {
    /// With the empty line that ends it.
    var bytes: ByteBuffer
    /// The last position that it names.
    var id: String?
    /// Not only comments.
    var isEvent: Bool
  }

  enum Failure: Error, Equatable {
    case eventTooLong
  }

  private let limit: Int
  private var pending = ByteBuffer()
  /// Where the line begins that is being read, and how far it is read, counted from the start of `pending`.
  private var lineStart = 0
  private var scanned = 0

  init(limit: Int = 65_536) {
    self.limit = limit
  }

  /// The events that `bytes` ends, together; nil when there is none.
  mutating func read(_ bytes: ByteBuffer) throws(Failure) -> Block? {
    pending.writeImmutableBuffer(bytes)
    let end = endOfEvents()
    guard end > 0, let block = pending.readSlice(length: end) else {
      guard pending.readableBytes <= limit else { throw .eventTooLong }
      return nil
    }
    lineStart -= end
    scanned -= end
    // A slice keeps all of the memory that it is a part of.
    let rest = pending.readableBytes > 0 ? ByteBuffer(bytes: pending.readableBytesView) : ByteBuffer()
    pending = rest
    guard pending.readableBytes <= limit, block.readableBytes <= 2 * limit else { throw .eventTooLong }
    return Block(block)
  }

  /// Behind the last empty line, zero when there is none yet.
  private mutating func endOfEvents() -> Int {
    let all = pending
    let span = all.readableBytesUInt8Span
    var end = 0
    while scanned < span.count {
      let byte = span[scanned]
      guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
        scanned += 1
        continue
      }
      // Half of a line's end may be all that has come.
      if byte == UInt8(ascii: "\r"), scanned + 1 == span.count { break }
      let isPair = byte == UInt8(ascii: "\r") && span[scanned + 1] == UInt8(ascii: "\n")
      let next = scanned + (isPair ? 2 : 1)
      if scanned == lineStart { end = next }
      lineStart = next
      scanned = next
    }
    return end
  }
}

extension EventBlocks.Block {
  fileprivate init(_ bytes: ByteBuffer) {
    self.init(bytes: bytes, id: nil, isEvent: false)
    let span = bytes.readableBytesUInt8Span
    var start = 0
    for index in 0..<span.count where span[index] == UInt8(ascii: "\n") || span[index] == UInt8(ascii: "\r") {
      if index > start { note(span.extracting(start..<index)) }
      start = index + 1
    }
  }

  private mutating func note(_ line: Span<UInt8>) {
    if line[0] == UInt8(ascii: ":") { return }
    isEvent = true
    guard line.count > 3, line[0] == UInt8(ascii: "i"), line[1] == UInt8(ascii: "d"),
      line[2] == UInt8(ascii: ":")
    else { return }
    let value = line.extracting((line[3] == UInt8(ascii: " ") ? 4 : 3)..<line.count)
    // It is sent back in a header field.
    guard value.count <= 256 else { return }
    for index in 0..<value.count where value[index] < 0x21 || value[index] > 0x7e { return }
    id = value.text
  }
}
