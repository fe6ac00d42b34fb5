/// Follows a body through the buffers it arrives in and says which bytes to pass on.
package struct BodyReader: Sendable {
  /// What to do with the bytes that were looked at.
  package struct Piece: Equatable, Sendable {
    package enum Next: Sendable {
      /// Call again at once, from `end`.
      case more
      /// Call again when more has arrived, with everything from `end` on.
      case input
      /// The body is over; the next message begins at `end`.
      case complete
    }

    /// Bytes to pass on, perhaps none.
    package let range: Range<Int>
    /// Everything before it is dealt with.
    package let end: Int
    package let next: Next
    /// Where framing is not kept: the trailer fields, each with its CR LF, when the body is over.
    package var trailers = 0..<0
  }

  private enum Mode: Sendable {
    case length(Int)
    case untilClose
    case chunked(ChunkedDecoder, keepsFraming: Bool)
    case complete
  }

  private var mode: Mode

  /// With `keepsChunkFraming` the bytes to pass on of a chunked body include its framing and trailers, but no
  /// extensions: the receiver gets the body chunked as well. Without it they are the data alone.
  package init(_ framing: MessageFraming, keepsChunkFraming: Bool) {
    mode =
      switch framing {
      case .none: .complete
      case .length(let length): .length(length)
      case .untilClose: .untilClose
      case .chunked: .chunked(ChunkedDecoder(), keepsFraming: keepsChunkFraming)
      }
  }

  /// Bytes still to come, as far as they have been announced: of a chunked body those of its chunk.
  package var remaining: Int {
    switch mode {
    case .length(let length): length
    case .chunked(let decoder, _): decoder.remainingData
    case .untilClose, .complete: 0
    }
  }

  package var isComplete: Bool {
    if case .complete = mode { true } else { false }
  }

  /// Looks at `bytes` from `start` on.
  package mutating func next(_ bytes: Span<UInt8>, from start: Int) throws(HTTPWireError) -> Piece {
    switch mode {
    case .complete: return Piece(range: start..<start, end: start, next: .complete)
    case .untilClose: return Piece(range: start..<bytes.count, end: bytes.count, next: .input)
    case .length(let length):
      let end = start &+ min(length, bytes.count &- start)
      let rest = length &- (end &- start)
      mode = rest == 0 ? .complete : .length(rest)
      return Piece(range: start..<end, end: end, next: rest == 0 ? .complete : .input)
    case .chunked(var decoder, let keepsFraming):
      let piece = try Self.next(&decoder, bytes, from: start, keepsFraming: keepsFraming)
      mode = piece.next == .complete ? .complete : .chunked(decoder, keepsFraming: keepsFraming)
      return piece
    }
  }

  private static func next(
    _ decoder: inout ChunkedDecoder, _ bytes: Span<UInt8>, from start: Int, keepsFraming: Bool
  ) throws(HTTPWireError) -> Piece {
    var position = start
    while true {
      switch try decoder.next(bytes, at: &position) {
      case .needsMore:
        return Piece(range: start..<(keepsFraming ? position : start), end: position, next: .input)
      case .end(let trailers):
        return keepsFraming
          ? Piece(range: start..<position, end: position, next: .complete)
          : Piece(range: start..<start, end: position, next: .complete, trailers: trailers)
      case .extensions(let range) where keepsFraming:
        return Piece(range: start..<range.lowerBound, end: position, next: .more)
      case .data(let range) where !keepsFraming:
        return Piece(range: range, end: position, next: .more)
      case .data, .extensions: continue
      }
    }
  }
}
