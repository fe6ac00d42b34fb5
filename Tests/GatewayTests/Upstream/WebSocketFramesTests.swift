import Testing

@testable import Gateway

@Suite struct WebSocketFramesTests {
  /// Lengths in all three forms.
  private static let bytes: [UInt8] =
    [0x81, 2, 1, 2] + [0x82, 126, 0, 200] + [UInt8](repeating: 7, count: 200)
    + [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0] + [UInt8](repeating: 8, count: 65_536)

  @Test func `ends of frames are found at every cut`() {
    let ends = [4, 208, 208 + 10 + 65_536]
    for cut in 0...300 {
      var frames = WebSocketFrames()
      let (first, second) = (Array(Self.bytes[..<cut]), Array(Self.bytes[cut...]))
      _ = frames.follow(first.span, toBoundary: false)
      #expect(frames.isAtBoundary == (cut == 0 || ends.contains(cut)))
      let rest = frames.follow(second.span, toBoundary: true)
      #expect(cut + rest == (cut == 0 ? 0 : ends.first { $0 >= cut }))
    }
  }

  @Test func `a Close is seen, a masked frame is none of a server`() {
    var frames = WebSocketFrames()
    let close: [UInt8] = [0x88, 0]
    _ = frames.follow(close.span, toBoundary: false)
    #expect(frames.hasClosed && frames.isAtBoundary)
    var masked = WebSocketFrames()
    let bytes: [UInt8] = [0x81, 0x82, 1, 2, 3, 4, 5, 6]
    _ = masked.follow(bytes.span, toBoundary: false)
    #expect(masked.isLost && !masked.isAtBoundary)
  }
}
