/// Follows the frames that a server sends (RFC 6455, 5.2), to know where one ends: only there may a frame of ours be
/// put between. It reads headers and skips what is in the frames.
struct WebSocketFrames: Sendable {
  /// Of the frame's payload, what is still to come.
  private var rest: UInt64 = 0
  /// What has come of a header.
  private var header: [UInt8] = []
  /// The server has said that it closes.
  private(set) var hasClosed = false
  /// The bytes are no frames.
  private(set) var isLost = false

  /// Between two frames.
  var isAtBoundary: Bool { rest == 0 && header.isEmpty && !isLost }

  /// Looks at what comes next.
  ///
  /// - Returns: how far it goes when it is to end at the first end of a frame, else all of it.
  mutating func follow(_ bytes: Span<UInt8>, toBoundary: Bool) -> Int {
    var index = 0
    while index < bytes.count, !isLost {
      if toBoundary, isAtBoundary { return index }
      if rest > 0 {
        let count = Int(min(rest, UInt64(bytes.count - index)))
        rest -= UInt64(count)
        index += count
      } else {
        header.append(bytes[index])
        index += 1
        readHeader()
      }
    }
    return isLost ? bytes.count : index
  }

  private mutating func readHeader() {
    guard header.count >= 2 else { return }
    let short = header[1] & 0x7f
    let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
    guard header.count == 2 + lengthBytes else { return }
    // A server does not mask, and what is reserved is not used without an agreement that may use RSV bits.
    if header[1] & 0x80 != 0 { isLost = true }
    rest =
      lengthBytes == 0 ? UInt64(short) : header[2...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if rest >> 63 != 0 { isLost = true }
    if header[0] & 0x0f == 8 { hasClosed = true }
    header.removeAll(keepingCapacity: true)
  }

  /// A Close frame of a server: 1001, it goes away (RFC 6455, 7.4.1).
  static let goingAway: [UInt8] = [0x88, 0x02, 0x03, 0xE9]
}
