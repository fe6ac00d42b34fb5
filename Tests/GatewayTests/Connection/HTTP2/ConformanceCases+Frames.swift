/// Sections 3 to 5: the preface, frames, streams.
extension ConformanceCase {
  private typealias F = FrameClient

  static let framing: [ConformanceCase] = [
    ConformanceCase("3.5/1 preface", .goesOn, greets: false) { $0.send(F.greeting) },
    ConformanceCase(
      "3.5/2 invalid preface after a right start", .connectionError([protocolError]), greets: false
    ) {
      $0.send(
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
          + F.frame(6, stream: 0, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("3.4 first frame is no SETTINGS", .connectionError([protocolError]), greets: false) {
      $0.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + F.frame(1, 5, stream: 1, [0x82, 0x84, 0x86]))
    },
    ConformanceCase("3.4 first frame is an acknowledgement", .connectionError([protocolError]), greets: false)
    {
      $0.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + F.frame(4, 1))
    },
    ConformanceCase("4.1/1 unknown type", .goesOn) { $0.send(F.frame(0xAA, 0, stream: 0, [1, 2])) },
    ConformanceCase("4.1/2 undefined flags", .goesOn) {
      $0.send(F.frame(6, 0x16, [UInt8](repeating: 1, count: 8)))
    },
    ConformanceCase("4.1/3 reserved bit", .goesOn) {
      $0.send(F.frame(6, 0, stream: 0x8000_0000, [UInt8](repeating: 1, count: 8)))
    },
    ConformanceCase("4.2/1 DATA of 16384", .answered(1)) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.data(1, [UInt8](repeating: 0x61, count: 16_384), ends: true)
    },
    ConformanceCase("4.2/2 DATA over 16384", .connectionError([frameSize])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.data(1, [UInt8](repeating: 0x61, count: 16_385), ends: true)
    },
    ConformanceCase("4.2/3 HEADERS over 16384", .connectionError([frameSize])) {
      $0.send(F.frame(1, 5, stream: 1, [UInt8](repeating: 0x82, count: 16_385)))
    },
    ConformanceCase("4.3/1 invalid field block", .connectionError([compression])) {
      $0.send(F.frame(1, 5, stream: 1, [0x40, 0x01, 0x61, 0x85, 0x61, 0x62]))
    },
    ConformanceCase("4.3/2 PRIORITY inside a field block", .connectionError([protocolError])) {
      $0.send(F.frame(1, 1, stream: 1, try $0.block([])) + F.frame(2, stream: 1, [0, 0, 0, 0, 255]))
    },
    ConformanceCase("4.3/3 HEADERS of another stream inside a field block", .connectionError([protocolError]))
    {
      $0.send(F.frame(1, 1, stream: 1, try $0.block([])))
      try $0.request(3)
    },
    ConformanceCase("5.1/1 idle: DATA", .connectionError([protocolError])) { $0.data(1, "x", ends: true) },
    ConformanceCase("5.1/2 idle: RST_STREAM", .connectionError([protocolError])) { $0.reset(1) },
    ConformanceCase("5.1/3 idle: WINDOW_UPDATE", .connectionError([protocolError])) {
      $0.windowUpdate(1, 100)
    },
    ConformanceCase("5.1/4 idle: CONTINUATION", .connectionError([protocolError])) {
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("5.1/5 half-closed (remote): DATA", .streamError(1, [streamClosed])) {
      try $0.request(1, [":path: /silence"])
      $0.data(1, "x", ends: true)
    },
    ConformanceCase("5.1/6 half-closed (remote): HEADERS", .streamError(1, [streamClosed])) {
      try $0.request(1, [":path: /silence"])
      try $0.request(1)
    },
    ConformanceCase(
      "5.1/7 half-closed (remote): CONTINUATION", .connectionError([streamClosed, protocolError])
    ) {
      try $0.request(1, [":path: /silence"])
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("5.1/8 closed by RST_STREAM: DATA", .connectionError([streamClosed])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.reset(1)
      $0.data(1, "x", ends: true)
    },
    ConformanceCase("5.1/9 closed by RST_STREAM: HEADERS", .connectionError([streamClosed])) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.reset(1)
      try $0.request(1)
    },
    ConformanceCase(
      "5.1/10 closed by RST_STREAM: CONTINUATION", .connectionError([streamClosed, protocolError])
    ) {
      try $0.request(1, [":method: POST"], ends: false)
      $0.reset(1)
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("5.1/11 closed: DATA", .connectionError([streamClosed])) {
      try $0.request(1)
      _ = try await $0.receive(1)
      $0.data(1, "x", ends: true)
    },
    ConformanceCase("5.1/12 closed: HEADERS", .connectionError([streamClosed])) {
      try $0.request(1)
      _ = try await $0.receive(1)
      try $0.request(1)
    },
    ConformanceCase("5.1/13 closed: CONTINUATION", .connectionError([streamClosed, protocolError])) {
      try $0.request(1)
      _ = try await $0.receive(1)
      $0.send(F.frame(9, 4, stream: 1, [0x82]))
    },
    ConformanceCase("5.1 closed: WINDOW_UPDATE, RST_STREAM and PRIORITY are ignored", .answered(3)) {
      try $0.request(1)
      _ = try await $0.receive(1)
      $0.windowUpdate(1, 1)
      $0.reset(1)
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 0, 255]))
      try $0.request(3)
    },
    ConformanceCase("5.1 half-closed (remote): WINDOW_UPDATE and PRIORITY", .answered(1)) {
      try $0.request(1)
      $0.windowUpdate(1, 1)
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 0, 255]))
    },
    ConformanceCase("5.1.1/1 even stream", .connectionError([protocolError])) { try $0.request(2) },
    ConformanceCase("5.1.1/2 smaller stream", .connectionError([protocolError])) {
      try $0.request(5)
      try $0.request(3)
    },
    ConformanceCase("5.1.2/1 too many streams", .streamError(201, [refused])) {
      for number in 0...100 { try $0.request(UInt32(number) * 2 + 1, [":method: POST"], ends: false) }
    },
    ConformanceCase("5.3.1/1 HEADERS that depend on themselves", .streamError(1, [protocolError])) {
      $0.send(F.frame(1, 0x25, stream: 1, [0, 0, 0, 1, 255] + (try $0.block([]))))
    },
    ConformanceCase("5.3.1/2 PRIORITY that depends on itself", .connectionError([protocolError])) {
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 1, 255]))
    },
    ConformanceCase(
      "5.3.1 PRIORITY of an open stream that depends on itself", .streamError(1, [protocolError])
    ) {
      try $0.request(1, [":path: /silence"])
      $0.send(F.frame(2, stream: 1, [0, 0, 0, 1, 255]))
    },
    ConformanceCase("5.4.1/1 GOAWAY before the end", .connectionError([protocolError])) {
      $0.send(F.frame(6, stream: 3, [UInt8](repeating: 0, count: 8)))
    },
    ConformanceCase("5.5/1 unknown extension", .goesOn) { $0.send(F.frame(0xFF, 0xFF, stream: 5, [1])) },
    ConformanceCase("5.5/2 unknown extension inside a field block", .connectionError([protocolError])) {
      $0.send(F.frame(1, 1, stream: 1, try $0.block([])) + F.frame(0xFF, 0, stream: 0, [1]))
    },
  ]
}
