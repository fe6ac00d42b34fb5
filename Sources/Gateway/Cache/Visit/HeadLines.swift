/// Walks over the lines of a stored head: a status line and fields, each with its CR LF.
struct HeadLines {
  struct Line {
    /// With its CR LF.
    let whole: Range<Int>
    let name: Range<Int>
  }

  /// Where the fields begin.
  let start: Int
  private var position: Int

  init(_ head: Span<UInt8>) {
    start = Self.end(of: 0, in: head)
    position = start
  }

  mutating func next(in head: Span<UInt8>) -> Line? {
    guard position < head.count else { return nil }
    let end = Self.end(of: position, in: head)
    let colon = head.firstIndex(of: UInt8(ascii: ":"), in: position..<end) ?? end
    defer { position = end }
    return Line(whole: position..<end, name: position..<colon)
  }

  private static func end(of start: Int, in head: Span<UInt8>) -> Int {
    head.firstIndex(of: 0x0A, in: start..<head.count).map { $0 + 1 } ?? head.count
  }
}
