import NIOCore

/// Cuts a stream of server-sent events where events end, so that who joins or leaves in the middle has whole ones
/// only. Bounded: an event that is too long is left out.
struct EventBlocks {
  struct Block: Equatable {
    /// With the empty line that ends it.
    var bytes: ByteBuffer
    /// The last position that it names.
    var id: String?
    /// Not only comments.
    var isEvent: Bool
  }

  private let limit: Int
  private var pending = ByteBuffer()
  /// Where the line begins that is being read, and how far it is read, counted from the start of `pending`.
  private var lineStart = 0
  private var scanned = 0
  /// What comes up to the next end of an event is the rest of one that is left out.
  private var isSkipping = false
  /// Events that were left out.
  private(set) var skipped = 0

  /// - Parameter limit: bytes of an event whose end has not come.
  init(limit: Int = 1_048_576) {
    self.limit = limit
  }

  /// The events that `bytes` ends, together; nil when there is none.
  mutating func read(_ bytes: ByteBuffer) -> Block? {
    pending.writeImmutableBuffer(bytes)
    let ends = endsOfEvents()
    var block: ByteBuffer?
    if ends.last > 0, var events = pending.readSlice(length: ends.last) {
      lineStart -= ends.last
      scanned -= ends.last
      // A slice keeps all of the memory that it is a part of.
      let rest = pending.readableBytes > 0 ? ByteBuffer(bytes: pending.readableBytesView) : ByteBuffer()
      pending = rest
      if isSkipping {
        isSkipping = false
        events.moveReaderIndex(forwardBy: ends.first)
      }
      if events.readableBytes > 0 { block = events }
    }
    if pending.readableBytes > limit { skip() }
    return block.map(Block.init)
  }

  /// Lets go of what has come of the present event, but for what tells whether its line is an empty one.
  private mutating func skip() {
    if !isSkipping { skipped += 1 }
    isSkipping = true
    let kept = scanned > lineStart ? scanned - 1 : scanned
    pending.moveReaderIndex(forwardBy: kept)
    let rest = pending.readableBytes > 0 ? ByteBuffer(bytes: pending.readableBytesView) : ByteBuffer()
    pending = rest
    lineStart = 0
    scanned -= kept
  }

  /// Behind the first and the last empty line, zero when there is none yet.
  private mutating func endsOfEvents() -> (first: Int, last: Int) {
    let all = pending
    let span = all.readableBytesUInt8Span
    var ends = (first: 0, last: 0)
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
      if scanned == lineStart {
        if ends.first == 0 { ends.first = next }
        ends.last = next
      }
      lineStart = next
      scanned = next
    }
    return ends
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
