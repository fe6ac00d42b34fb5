/// What stands at one place of a header or trailer section.
enum FieldLine {
  /// The line has not arrived whole.
  case incomplete
  /// The empty line that ends the section; the index after it.
  case end(Int)
  /// A field, and the index of the next line.
  case field(Field, next: Int)

  /// Reads the line at `start` (RFC 9112, 5).
  @inline(__always)
  static func read(_ bytes: Span<UInt8>, at start: Int) throws(HTTPWireError) -> FieldLine {
    var index = start
    while index < bytes.count, ByteSet.token.contains(bytes[index]) { index &+= 1 }
    guard index < bytes.count else { return .incomplete }
    guard bytes[index] == UInt8(ascii: ":"), index > start else {
      return try endOfSection(bytes, at: index, lineStart: start)
    }
    let name = start..<index
    index &+= 1
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index &+= 1 }
    let valueStart = index
    index = bytes.firstControlByte(from: index)
    guard try lineEnds(bytes, at: index) else { return .incomplete }
    let value = bytes.trimmed(valueStart..<index)
    return .field(
      Field(name: FieldName(bytes, name), nameRange: name, valueRange: value), next: index &+ 2)
  }

  /// Whether CR LF stands at `index`; false when it has not arrived whole. Another byte than CR is `other`.
  @inline(__always)
  static func lineEnds(
    _ bytes: Span<UInt8>, at index: Int, or other: HTTPWireError = .controlByte
  ) throws(HTTPWireError) -> Bool {
    guard index < bytes.count else { return false }
    guard bytes[index] == 0x0D else { throw bytes[index] == 0x0A ? .bareLineFeed : other }
    guard index &+ 1 < bytes.count else { return false }
    guard bytes[index &+ 1] == 0x0A else { throw .bareCarriageReturn }
    return true
  }

  /// The byte at `index` ends no field name: the section ends here, or the line is wrong.
  private static func endOfSection(
    _ bytes: Span<UInt8>, at index: Int, lineStart: Int
  ) throws(HTTPWireError) -> FieldLine {
    switch bytes[index] {
    case 0x0D where index == lineStart: return try lineEnds(bytes, at: index) ? .end(index &+ 2) : .incomplete
    case 0x0A: throw .bareLineFeed
    case 0x20, 0x09: throw index == lineStart ? .lineFolding : .spaceBeforeColon
    default: throw .malformedFieldName
    }
  }
}
