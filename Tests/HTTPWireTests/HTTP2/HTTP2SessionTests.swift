import Testing

@testable import HTTPWire

@Suite struct HTTP2SessionTests {
  private typealias Bytes = FrameBytes

  private static let conversation: [UInt8] =
    Bytes.greeting + Bytes.setting(4, 100_000) + Bytes.headers(1)
    + Bytes.frame(1, 0x0D, stream: 3, [0x02] + Bytes.get + [0, 0])
    + Bytes.frame(1, 0x24, stream: 5, [0, 0, 0, 3, 15] + Bytes.post) + Bytes.data(5, "hello ")
    + Bytes.frame(0, 0x08, stream: 5, [3] + Array("padded".utf8) + [0, 0, 0])
    + Bytes.headers(5, [0x00, 0x01, 0x78, 0x01, 0x79], flags: 0x5)
    + Bytes.frame(1, 0x00, stream: 7, Array(Bytes.post.prefix(2))) + Bytes.frame(9, 0, stream: 7, [])
    + Bytes.frame(9, 0x04, stream: 7, Array(Bytes.post.dropFirst(2))) + Bytes.data(7, "x", ends: true)
    + Bytes.windowUpdate(0, 10) + Bytes.windowUpdate(1, 10) + Bytes.ping(7)
    + Bytes.frame(2, 0, stream: 9, [0, 0, 0, 1, 1]) + Bytes.frame(0xEE, 0xFF, stream: 1, [1, 2, 3])
    + Bytes.reset(3) + Bytes.frame(7, 0, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0])

  private static let transcript = [
    "settings", "settings",
    "request 0 whole [\":method=GET\", \":path=/\", \":scheme=http\", \":authority=a\"]",
    "request 1 whole [\":method=GET\", \":path=/\", \":scheme=http\", \":authority=a\"]",
    "request 2 [\":method=POST\", \":path=/\", \":scheme=http\", \":authority=a\"]", "data 2 hello padded",
    "trailers 2 [\"x=y\"]", "request 3 [\":method=POST\", \":path=/\", \":scheme=http\", \":authority=a\"]",
    "data 3 x", "end 3", "connectionWindow", "streamWindow(slot: 0)", "ping(506381209866536711)",
    "resetByClient(slot: 1)", "goAway",
  ]

  @Test func `a conversation is read alike at every cut`() {
    let input = Self.conversation
    #expect(SessionTranscript.of(input) == Self.transcript)
    #expect(SessionTranscript.of(input, cuts: Array(1..<input.count)) == Self.transcript)
    for cut in 1..<input.count {
      #expect(SessionTranscript.of(input, cuts: [cut]) == Self.transcript, "cut at \(cut)")
    }
  }

  @Test func `windows bound what may be sent, and a change of settings moves them`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting + Bytes.setting(4, 10) + Bytes.headers(1))
    #expect(side.allowance(100, slot: 0) == 10)
    #expect(side.allowance(100, slot: 0) == 0)
    side.feed(Bytes.setting(4, 4))
    side.feed(Bytes.windowUpdate(1, 6))
    #expect(side.allowance(100, slot: 0) == 0)
    side.feed(Bytes.windowUpdate(1, 1))
    #expect(side.allowance(100, slot: 0) == 1)
    side.feed(Bytes.setting(4, 100_000) + Bytes.headers(3))
    #expect(side.allowance(100_000, slot: 1) == HTTP2Frame.maximumLength)
    var sent = 11 + HTTP2Frame.maximumLength
    while true {
      let count = side.allowance(100_000, slot: 1)
      if count == 0 { break }
      sent += count
    }
    #expect(sent == HTTP2Settings.defaultWindow)
  }

  @Test func `what a client has sent is given back when it is dealt with`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting + Bytes.headers(1, Bytes.post, flags: 0x4))
    let block = String(repeating: "x", count: 16_000)
    for _ in 0..<4 { side.feed(Bytes.data(1, block)) }
    #expect(side.consumed(16_000, slot: 0) == [0, 0])
    #expect(side.consumed(20_000, slot: 0) == [36_000, 0])
    side.feed(
      Bytes.data(1, block) + Bytes.data(1, block) + Bytes.data(1, String(repeating: "x", count: 5_536)))
    #expect(side.error == nil && side.lines.last?.hasPrefix("failed") == true)
  }

  @Test func `the connection's window is given back for data that nobody wants`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting + Bytes.headers(1, Bytes.post, flags: 0x4))
    side.reset(slot: 0)
    let block = String(repeating: "x", count: 16_000)
    for _ in 0..<40 { side.feed(Bytes.data(1, block)) }
    #expect(side.error == nil)
    #expect(side.lines.contains("credit(144000)"))
  }

  @Test func `a body that is not what Content-Length says fails its stream`() {
    let side = SessionTranscript()
    side.feed(
      Bytes.greeting + Bytes.headers(1, Bytes.post, flags: 0x4) + Bytes.headers(3, Bytes.post, flags: 0x4))
    #expect(side.expect(3, slot: 0) && side.expect(3, slot: 1))
    side.feed(Bytes.data(1, "abc") + Bytes.data(1, "d"))
    #expect(side.lines.last == "failed(slot: 0, stream: 1, HTTPWire.HTTP2ErrorCode.protocolError)")
    side.feed(Bytes.data(3, "ab", ends: true))
    #expect(side.lines.last == "failed(slot: 1, stream: 3, HTTPWire.HTTP2ErrorCode.protocolError)")
    side.feed(Bytes.headers(5))
    #expect(!side.expect(3, slot: 1))
  }

  @Test func `streams given up without end are too many`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting)
    for number in 0..<300 {
      side.feed(Bytes.headers(UInt32(number) * 2 + 1) + Bytes.reset(UInt32(number) * 2 + 1))
    }
    #expect(side.error == HTTP2Error(.enhanceYourCalm, .resetFlood))
    #expect(side.lines.filter { $0.hasPrefix("reset") }.count == 200)
  }

  @Test func `streams that we are made to reset are paid for alike`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting)
    for number in 0..<300 {
      side.feed(Bytes.headers(UInt32(number) * 2 + 1) + Bytes.windowUpdate(UInt32(number) * 2 + 1, 0))
    }
    #expect(side.error == HTTP2Error(.enhanceYourCalm, .resetFlood))
  }

  @Test func `answers and time give back what resets have cost`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting)
    for number in 0..<2_000 {
      let id = UInt32(number) * 4 + 1
      side.feed(Bytes.headers(id) + Bytes.reset(id) + Bytes.headers(id + 2))
      side.answer(slot: 0)
    }
    #expect(side.error == nil)
    for number in 0..<400 {
      let id = 10_001 + UInt32(number) * 2
      side.wait(seconds: 0.2)
      side.feed(Bytes.headers(id) + Bytes.reset(id))
    }
    #expect(side.error == nil)
  }

  @Test(arguments: [
    FrameBytes.ping(), FrameBytes.setting(3, 1), FrameBytes.windowUpdate(0, 1), FrameBytes.windowUpdate(1, 1),
    FrameBytes.data(1, ""), FrameBytes.frame(2, stream: 9, [0, 0, 0, 0, 1]), FrameBytes.frame(0x50),
    FrameBytes.frame(4, 1), FrameBytes.frame(7, stream: 0, [0, 0, 0, 0, 0, 0, 0, 0]),
    FrameBytes.frame(8, stream: 0, [0, 0, 0, 1]),
  ])
  func `frames that get nothing done are counted`(_ frame: [UInt8]) {
    let side = SessionTranscript()
    side.feed(Bytes.greeting + Bytes.headers(1, Bytes.post, flags: 0x4))
    for _ in 0..<2_000 { side.feed(frame) }
    #expect(side.error == HTTP2Error(.enhanceYourCalm, .controlFlood))
  }

  @Test func `a frame full of settings costs as many frames, one with all that there are does not`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting)
    let setting: [UInt8] = [0, 4, 0, 0, 1, 0]
    for _ in 0..<900 { side.feed(Bytes.frame(4, stream: 0, (0..<8).flatMap { _ in setting })) }
    #expect(side.error == nil)
    side.feed(Bytes.frame(4, stream: 0, (0..<2_000).flatMap { _ in setting }))
    #expect(side.error == HTTP2Error(.enhanceYourCalm, .controlFlood))
  }

  @Test func `a window that is opened byte by byte is paid for, one for each of many small pieces is not`() {
    var session = HTTP2Session(streams: 4)
    #expect(read(Bytes.greeting + Bytes.setting(4, 0) + Bytes.headers(1), &session) == nil)
    var sent = 0
    var error: HTTP2Error?
    while error == nil, sent < 5_000 {
      error = read(Bytes.windowUpdate(1, 1), &session)
      sent += session.takeAllowance(9_000, slot: 0)
    }
    #expect(error == HTTP2Error(.enhanceYourCalm, .controlFlood) && sent <= 1_000)
    var other = HTTP2Session(streams: 4)
    #expect(read(Bytes.greeting + Bytes.headers(1), &other) == nil)
    for _ in 0..<5_000 {
      #expect(other.takeAllowance(20, slot: 0) == 20)
      #expect(read(Bytes.windowUpdate(1, 20) + Bytes.windowUpdate(0, 20), &other) == nil)
    }
  }

  /// Why the connection ends, if it does.
  private func read(_ bytes: [UInt8], _ session: inout HTTP2Session) -> HTTP2Error? {
    var fields = HTTP2FieldList(limits: HeadLimits())
    var position = 0
    do throws(HTTP2Error) {
      while try session.next(bytes.span, at: &position, fields: &fields) != .needsMore {}
    } catch {
      return error
    }
    return nil
  }

  @Test func `a field block in endless pieces is cut off`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting + Bytes.headers(1, [0x82], flags: 0x1))
    for _ in 0..<100 { side.feed(Bytes.frame(9, 0, stream: 1, [])) }
    #expect(side.error == HTTP2Error(.enhanceYourCalm, .headerFlood))
    let other = SessionTranscript()
    other.feed(Bytes.greeting + Bytes.headers(1, [0x82], flags: 0x1))
    let piece = [UInt8](repeating: 0x82, count: 16_384)
    for _ in 0..<3 { other.feed(Bytes.frame(9, 0, stream: 1, piece)) }
    #expect(other.error == HTTP2Error(.enhanceYourCalm, .headerFlood))
  }

  @Test func `more streams at once than may be are refused, which costs`() {
    let side = SessionTranscript()
    side.feed(Bytes.greeting)
    for number in 0..<6 { side.feed(Bytes.headers(UInt32(number) * 2 + 1)) }
    #expect(side.openStreams == 4)
    #expect(side.lines.last == "failed(slot: -1, stream: 11, HTTPWire.HTTP2ErrorCode.refusedStream)")
  }
}
