/// Tells when it is worth to parse a partial head again: it can become whole only with another line feed, or wrong by
/// growing over a limit or by a byte that no head may have, so that what is refused does not hang on how it was cut. A
/// sender who dribbles byte by byte costs one look at each byte and one parse per line, not one parse per byte.
package struct HeadProgress: Sendable {
  private var seen = 0
  private var lineStart = 0

  package init() {}

  /// Whether to parse `bytes`, of which an earlier parse may have seen a prefix.
  package func isWorthParsing(_ bytes: Span<UInt8>, limits: HeadLimits) -> Bool {
    if seen == 0 || bytes.count > limits.head { return true }
    if bytes.count - lineStart > (lineStart == 0 ? limits.startLine : limits.fieldLine) { return true }
    return (min(seen, bytes.count)..<bytes.count).contains { index in
      let byte = bytes[index]
      // A line feed, a control byte, or what stands behind a carriage return in place of the line feed.
      return byte < 0x20 && byte != 0x0D && byte != 0x09 || byte == 0x7F
        || index > 0 && bytes[index - 1] == 0x0D
    }
  }

  /// A parse of `bytes` has found that they are no whole head.
  package mutating func parsedPartial(_ bytes: Span<UInt8>) {
    if let lineFeed = (min(seen, bytes.count)..<bytes.count).last(where: { bytes[$0] == 0x0A }) {
      lineStart = lineFeed + 1
    }
    seen = bytes.count
  }

  /// Forgets what was seen: another head begins.
  package mutating func reset() { self = HeadProgress() }
}
